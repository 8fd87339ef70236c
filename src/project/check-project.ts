import { invalidObjects } from '../manifests/invalid-objects.js';
import type { LocatedObject } from '../manifests/node.js';
import { kinds } from '../meshes/found/kinds.js';
import type { InvalidControl } from '../model/extent-control.js';
import { checkServices, type CheckedProject, type CheckOptions } from './check-services.js';
import type { ProjectSource } from './read-project.js';

/**
 * What is wrong with manifests by themselves. Their schemas are as much code as all the rest: only a command that needs
 * them loads this module.
 */
export function findInvalid(objects: readonly LocatedObject[]): readonly InvalidControl[] {
  return invalidObjects(objects, kinds);
}

/** `checkServices`, manifests by themselves included. */
export function checkProjects(
  sources: readonly ProjectSource[],
  options: Omit<CheckOptions, 'findInvalid'> = {},
): readonly CheckedProject[] {
  return checkServices(sources, { ...options, findInvalid });
}
