import type { ManifestTool, Platform } from '../model/mesh-needs.js';
import { needs } from './found/needs.js';

/** Tools of meshes that judge manifests. */
export const manifestTools: readonly ManifestTool[] = needs.flatMap(({ tools }) => tools);

/** What generated manifests ask of a cluster: first what holds under every mesh. */
export const platforms: readonly Platform[] = [...needs]
  .sort((a, b) => Number(b.always ?? false) - Number(a.always ?? false))
  .flatMap((each) => each.platforms);
