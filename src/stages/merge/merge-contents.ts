import { mergeGoMod, mergeGoSum } from './merge-go-mod.js';
import {
  findGoImports,
  findTypeScriptImports,
  mergeImports,
  replaceImports,
  type ImportBlock,
} from './merge-imports.js';
import { mergeJson } from './merge-json.js';
import { mergeText, type TextMerge } from './merge-text.js';
import { mergeYaml } from './merge-yaml.js';

type Texts = { readonly base: string; readonly ours: string; readonly theirs: string };

/**
 * Merges three LF texts of one file. Lines first; where they clash, by the structure that the file's name
 * tells. Import blocks are sets, and go.sum is one as a whole.
 */
export function mergeContents(path: string, texts: Texts): TextMerge {
  if (path === 'go.sum' || path.endsWith('/go.sum')) {
    return { text: mergeGoSum(texts.base, texts.ours, texts.theirs), conflicts: [] };
  }
  const { base, ours, theirs } = withCommonImports(path, texts);
  const merged = mergeText(base, ours, theirs);
  if (merged.conflicts.length === 0) return merged;
  const structured = structuredMerge(path)?.(texts.base, texts.ours, texts.theirs);
  return structured === undefined ? merged : { text: structured, conflicts: [] };
}

type StructuredMerge = (base: string, ours: string, theirs: string) => string | undefined;

function structuredMerge(path: string): StructuredMerge | undefined {
  if (/(?:^|\/)go\.mod$/.test(path)) return mergeGoMod;
  if (path.endsWith('.json')) return mergeJson;
  if (/\.ya?ml$/.test(path)) return mergeYaml;
  return undefined;
}

/** The texts with one merged import block in all three, so that nothing clashes there. */
function withCommonImports(path: string, texts: Texts): Texts {
  const find = importFinder(path);
  if (find === undefined) return texts;
  const [base, ours, theirs] = [find(texts.base), find(texts.ours), find(texts.theirs)];
  if (base === undefined || ours === undefined || theirs === undefined) return texts;
  // An import that stands below something else was not taken out: such blocks cannot be compared.
  const isElsewhere = (text: string, block: ImportBlock): boolean =>
    base.lines.some((line) => !block.lines.includes(line) && text.split('\n').includes(line));
  if (isElsewhere(texts.ours, ours) || isElsewhere(texts.theirs, theirs)) return texts;
  const merged = mergeImports(base, ours, theirs);
  return {
    base: replaceImports(texts.base, base, merged),
    ours: replaceImports(texts.ours, ours, merged),
    theirs: replaceImports(texts.theirs, theirs, merged),
  };
}

function importFinder(path: string): ((text: string) => ImportBlock | undefined) | undefined {
  if (path.endsWith('.go')) return findGoImports;
  if (path.endsWith('.ts')) return findTypeScriptImports;
  return undefined;
}
