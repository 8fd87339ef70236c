import type { ConflictKind, MergedFile } from '../model/merge.js';
import type { Ownership } from '../model/ownership.js';
import type { Tree } from '../model/tree.js';

/** What deploying a changed file does to a running service. */
export type Effect = 'none' | 'restart' | 'traffic';

export type FileAction =
  'created' | 'updated' | 'merged' | 'deleted' | 'adopted' | 'kept' | 'conflict';

/** One line of the report of an update. */
export type FileReport = {
  readonly path: string;
  readonly action: FileAction;
  readonly ownership: Ownership | 'user';
  readonly capabilities: readonly string[];
  readonly effect: Effect;
  /** Why people must look, and where; absent without a conflict. */
  readonly conflict?: { readonly kind: ConflictKind; readonly at: string };
  /** Path that it had before. */
  readonly from?: string;
  /** Why it changes, a sentence each; empty where the command itself says so. */
  readonly why: readonly string[];
};

/** The files that an update touches or has a word to say about; unchanged ones are left out. */
export function describeUpdate(
  files: readonly MergedFile[],
  before: Tree | undefined,
  after: Tree,
  reasons: ReadonlyMap<string, readonly string[]>,
): readonly FileReport[] {
  return files.flatMap(({ path, action }): FileReport[] => {
    const file = after.get(path) ?? before?.get(path);
    const report = {
      path,
      ownership: file?.ownership ?? ('user' as const),
      capabilities: file?.capabilities ?? [],
      effect: effectOf(path),
      why: reasons.get(path) ?? [],
    };
    switch (action.kind) {
      case 'keep':
        if (action.note === 'same' || action.note === 'edited') return [];
        // A user's file that no template ever brought is not our business.
        if (action.note === 'released' && file === undefined) return [];
        return [
          { ...report, action: action.note === 'adopted' ? 'adopted' : 'kept', effect: 'none' },
        ];
      case 'create':
        return [{ ...report, action: 'created' }];
      case 'update':
        return [{ ...report, action: 'updated' }];
      case 'merge':
        return [
          { ...report, action: 'merged', ...(action.from === path ? {} : { from: action.from }) },
        ];
      case 'delete':
        return [{ ...report, action: 'deleted' }];
      case 'conflict': {
        const { conflict, leaves } = action;
        const at = leaves.kind === 'markers' ? `${path}:${leaves.line}` : leaves.path;
        return [{ ...report, action: 'conflict', conflict: { kind: conflict, at } }];
      }
    }
  });
}

/** The mesh's objects act on requests at once, the base's restart pods; code waits for an image. */
export function effectOf(path: string): Effect {
  if (!/^deploy\/.*\.yaml$/.test(path) || /\/kustomization\.yaml$/.test(path)) return 'none';
  return path.startsWith('deploy/base/') || KUBERNETES_KIND.test(path) ? 'restart' : 'traffic';
}

/** What an overlay has of the base, by the kind in the name of its file. */
const KUBERNETES_KIND =
  /\.(?:deployment|service|service-account|horizontal-pod-autoscaler|pod-disruption-budget)\.yaml$/;
