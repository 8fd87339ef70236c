import type { Catalog } from '../model/catalog.js';
import type { Finding } from '../model/finding.js';
import type { Acceptance } from '../model/request.js';
import type { Tree } from '../model/tree.js';
import { checkProjects } from './check-project.js';

/**
 * Checks a service in memory, before it is written: what is generated must compose in every combination.
 * Pure; the tree must hold scaffold.yaml beside the manifests.
 */
export function checkTree(
  tree: Tree,
  catalog: Catalog,
  options: { readonly environment?: string } = {},
): {
  readonly findings: readonly Finding[];
  readonly accepted: readonly Acceptance[];
  readonly ruleCount: number;
  readonly notApplicable: readonly string[];
} {
  const files = new Map([...tree].map(([path, { text }]) => [path, text]));
  const [checked] = checkProjects([{ files, catalog, ...options }]);
  if (checked === undefined) throw new Error('one project was checked, and none came back');
  const { findings, accepted, ruleCount, notApplicable } = checked;
  return { findings, accepted, ruleCount, notApplicable };
}
