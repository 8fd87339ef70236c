import type { Effect, KindFacts } from '../model/kind-facts.js';
import type { ConflictKind, MergedFile } from '../model/merge.js';
import { pascalCase } from '../model/names.js';
import type { Ownership } from '../model/ownership.js';
import type { Tree } from '../model/tree.js';

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
  /** Present while a command must still finish what was merged. */
  readonly status?: 'needs-toolchain';
  /** Path that it had before. */
  readonly from?: string;
  /** Why it changes, a sentence each; empty where the command itself says so. */
  readonly why: readonly string[];
};

/** The files that an update touches or has a word to say about; unchanged ones are left out. */
export function describeUpdate(
  files: readonly MergedFile[],
  { before, after }: { readonly before: Tree | undefined; readonly after: Tree },
  reasons: ReadonlyMap<string, readonly string[]>,
  kinds: readonly KindFacts[],
): readonly FileReport[] {
  return files.flatMap(({ path, action }): FileReport[] => {
    const file = after.get(path) ?? before?.get(path);
    const report = {
      path,
      ownership: file?.ownership ?? ('user' as const),
      capabilities: file?.capabilities ?? [],
      effect: effectOf(path, file?.text ?? '', kinds),
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

/**
 * By the objects of a manifest, or the one that an overlay's patch is for: those of the mesh and Services act on
 * requests at once, workloads restart their pods; code waits for an image.
 */
export function effectOf(path: string, text: string, facts: readonly KindFacts[]): Effect {
  if (!/^deploy\/.*\.yaml$/.test(path) || path.endsWith('/kustomization.yaml')) return 'none';
  // A JSON patch names no kind; its file does: `orders-to-inventory.virtual-service.yaml`.
  const patched = /\.([a-z-]+)\.yaml$/.exec(path)?.[1];
  const named = [...text.matchAll(/^kind: (\w+)/gm)].map(([, kind = '']) => kind);
  const kinds = named.length === 0 && patched !== undefined ? [pascalCase(patched)] : named;
  const effects = kinds.map(
    (kind) => facts.find((known) => known.kind === kind)?.effect ?? 'traffic',
  );
  if (effects.includes('traffic')) return 'traffic';
  return effects.includes('restart') ? 'restart' : 'none';
}
