import { mergeGoMod } from './merge-go-mod.js';
import { mergeGoSum } from './merge-go-sum.js';
import {
  findGoImports,
  findTypeScriptImports,
  mergeImports,
  replaceImports,
  type ImportBlock,
} from './merge-imports.js';
import { mergeJson } from './merge-json.js';
import { mergePackageJson, mergePackageLock } from './merge-npm.js';
import { mergeText, type TextMerge } from './merge-text.js';
import { mergeYaml } from './merge-yaml.js';

type Texts = { readonly base: string; readonly ours: string; readonly theirs: string };

/**
 * Merges three LF texts of one file. Dependency files by what they declare, since lines that do not clash may still
 * contradict each other; others line by line, and where lines clash, by the structure that the file's name implies.
 * Import blocks are sets.
 */
export function mergeContents(path: string, texts: Texts): TextMerge {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dependencies = dependencyMerges[name];
  const declared = dependencies?.(texts.base, texts.ours, texts.theirs);
  const { base, ours, theirs } = withCommonImports(path, texts);
  const merged = mergeText(base, ours, theirs);
  if (declared !== undefined) {
    // Lines keep the layout that people gave a file, where they come to the same.
    const isSame = merged.conflicts.length === 0 && isSameJson(merged.text, declared);
    return { text: isSame ? merged.text : declared, conflicts: [] };
  }
  if (merged.conflicts.length === 0) return merged;
  const structured = structuredMerge(path)?.(texts.base, texts.ours, texts.theirs);
  return structured === undefined ? merged : { text: structured, conflicts: [] };
}

/** Merges by the name of a dependency file. */
const dependencyMerges: Readonly<Record<string, StructuredMerge | undefined>> = {
  'go.mod': mergeGoMod,
  'go.sum': (_base, ours, theirs) => mergeGoSum(ours, theirs),
  'package.json': mergePackageJson,
  'package-lock.json': mergePackageLock,
};

function isSameJson(a: string, b: string): boolean {
  try {
    return JSON.stringify(sortKeys(JSON.parse(a))) === JSON.stringify(sortKeys(JSON.parse(b)));
  } catch {
    return false;
  }
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}

type StructuredMerge = (base: string, ours: string, theirs: string) => string | undefined;

function structuredMerge(path: string): StructuredMerge | undefined {
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
