import { invalidObjects } from '../manifests/invalid-objects.js';
import { kinds } from '../meshes/found/kinds.js';
import { checkServices, type CheckedProject } from './check-services.js';
import type { ProjectSource } from './read-project.js';

/**
 * `checkServices`, manifests by themselves included. Their schemas are as much code as all the rest: only a command
 * that needs them loads this module.
 */
export function checkProjects(
  sources: readonly ProjectSource[],
  options: { readonly isDeployable?: boolean } = {},
): readonly CheckedProject[] {
  return checkServices(sources, {
    ...options,
    findInvalid: (objects) => invalidObjects(objects, kinds),
  });
}
