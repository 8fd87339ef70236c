import { posix } from 'node:path';

import type { Files } from './kustomize.js';
import type { LocatedObject } from './node.js';
import { readDocuments } from './read-documents.js';
import { plainOf } from './yaml-node.js';
import type { ParsedManifest } from './parse-manifests.js';
import { formatPath, type Problem } from './manifest-file.js';
import { problem } from './problem.js';
import { quote } from '../model/text.js';

/** As far as it is what it should be: its schema is checked elsewhere. */
type Kustomization = { readonly patches?: unknown };

/** Paths of the files that kustomizations among the manifests apply as patches. */
export function findPatches(manifests: readonly ParsedManifest[]): ReadonlySet<string> {
  return new Set(
    manifests
      .filter(({ value }) => (value as { kind?: unknown } | undefined)?.kind === 'Kustomization')
      .flatMap(({ path, value }) =>
        pathsOf((value as Kustomization).patches).map((patch) =>
          posix.join(posix.dirname(path), patch),
        ),
      ),
  );
}

function pathsOf(patches: unknown): readonly string[] {
  if (!Array.isArray(patches)) return [];
  return (patches as readonly unknown[]).flatMap((patch) => {
    const { path } = (patch ?? {}) as { path?: unknown };
    return typeof path === 'string' ? [path] : [];
  });
}

const KUSTOMIZATION = /(?:^|\/)(?:kustomization\.ya?ml|Kustomization)$/;

/** Objects without those of files that some kustomization applies as patches: these may be partial. */
export function withoutPatches(
  objects: readonly LocatedObject[],
  files: Files,
): readonly LocatedObject[] {
  const patches = new Set(
    [...files].flatMap(([path, text]) => {
      if (!KUSTOMIZATION.test(path)) return [];
      const [root] = readDocuments({ path, text }).documents;
      const { patches: named, patchesStrategicMerge } = (
        root === undefined ? {} : (plainOf(root) ?? {})
      ) as Kustomization & { readonly patchesStrategicMerge?: unknown };
      const bare = Array.isArray(patchesStrategicMerge)
        ? patchesStrategicMerge.filter((entry) => typeof entry === 'string')
        : [];
      return [...pathsOf(named), ...bare].map((patch) => posix.join(posix.dirname(path), patch));
    }),
  );
  return patches.size === 0 ? objects : objects.filter(({ root }) => !patches.has(root.spot.file));
}

/** RFC 6902. */
const NEEDS: Readonly<Record<string, string | undefined>> = {
  add: 'value',
  replace: 'value',
  test: 'value',
  move: 'from',
  copy: 'from',
  remove: undefined,
};

/** A patch that is a list of operations. */
export function* checkJsonPatch(operations: readonly unknown[]): Generator<Problem> {
  for (const [index, operation] of operations.entries()) {
    const { op, path, ...rest } = (operation ?? {}) as Record<string, unknown>;
    if (typeof op !== 'string' || !Object.hasOwn(NEEDS, op)) {
      yield problem(
        [index],
        `${formatPath([index])} must have an op of add, replace, test, move, copy or remove.`,
      );
      continue;
    }
    if (typeof path !== 'string' || !/^(?:\/|$)/.test(path)) {
      yield problem(
        [index, 'path'],
        `${quote(path ?? '')} is no JSON pointer: it must start with "/".`,
      );
    }
    const need = NEEDS[op];
    if (need !== undefined && !(need in rest)) {
      yield problem([index], `the operation ${op} must have ${need}.`);
    }
  }
}
