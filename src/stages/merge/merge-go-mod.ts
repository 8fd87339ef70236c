import { mergeKeyed } from './merge-keyed.js';

/** A `require` line: module to version and the `// indirect` mark. */
type Requirement = { readonly version: string; readonly indirect: boolean };

const REQUIREMENT = /^(?:require )?\s*(\S+) (v\S+)( \/\/ indirect)?\s*$/;

/**
 * Merges go.mod files: the template's changes of requirements are applied to ours, which keeps its comments,
 * blocks and other directives. Where both changed a version, the higher one stands, as Go itself would choose.
 *
 * @returns undefined when the template changed something else than requirements
 */
export function mergeGoMod(base: string, ours: string, theirs: string): string | undefined {
  if (skeletonOf(base) !== skeletonOf(theirs)) return undefined;
  const sides = {
    base: requirementsOf(base),
    ours: requirementsOf(ours),
    theirs: requirementsOf(theirs),
  };
  const { changes } = mergeKeyed<Requirement>(sides, isEqual, (o, t) => ({ value: higher(o, t) }));
  return apply(ours, changes);
}

/** go.sum is a set of lines. */
export function mergeGoSum(base: string, ours: string, theirs: string): string {
  const [b, o, t] = [base, ours, theirs].map(
    (text) => new Set(text.split('\n').filter((line) => line !== '')),
  );
  const kept = [...(o ?? [])].filter((line) => t?.has(line) === true || b?.has(line) !== true);
  const added = [...(t ?? [])].filter((line) => b?.has(line) !== true);
  return [...new Set([...kept, ...added])]
    .sort(bySum)
    .map((line) => `${line}\n`)
    .join('');
}

function bySum(a: string, b: string): number {
  return compareVersions(a.split(/[ /]v(?=\d)/), b.split(/[ /]v(?=\d)/)) || (a < b ? -1 : 1);
}

function compareVersions(
  [pathA = '', versionA = '']: string[],
  [pathB = '', versionB = '']: string[],
): number {
  if (pathA !== pathB) return pathA < pathB ? -1 : 1;
  return versionA.localeCompare(versionB, 'en', { numeric: true });
}

/** The file without its requirements. */
function skeletonOf(text: string): string {
  return text
    .split('\n')
    .filter((line) => !REQUIREMENT.test(line) && !/^(?:require \(|\)|\s*)$/.test(line))
    .join('\n');
}

function requirementsOf(text: string): Map<string, Requirement> {
  const found = text.split('\n').flatMap((line) => {
    const match = REQUIREMENT.exec(line);
    return match === null
      ? []
      : [[match[1] ?? '', { version: match[2] ?? '', indirect: match[3] !== undefined }] as const];
  });
  return new Map(found);
}

function apply(ours: string, changes: ReadonlyMap<string, Requirement | undefined>): string {
  const pending = new Map(changes);
  const lines = ours.split('\n').flatMap((line) => {
    const module = REQUIREMENT.exec(line)?.[1];
    if (module === undefined || !changes.has(module)) return [line];
    const changed = changes.get(module);
    pending.delete(module);
    return changed === undefined
      ? []
      : [line.replace(/(\S+) v.*$/, requirementText(module, changed))];
  });
  for (const [module, requirement] of pending) {
    if (requirement !== undefined) insert(lines, module, requirement);
  }
  return lines
    .join('\n')
    .replace(/\nrequire \(\n\)\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n');
}

/** Puts a requirement into the block of its kind in order, or into a new block. */
function insert(lines: string[], module: string, requirement: Requirement): void {
  const text = `\t${requirementText(module, requirement)}`;
  const block = blocksOf(lines).find(({ indirect }) => indirect === requirement.indirect);
  if (block === undefined) {
    while (lines.at(-1) === '') lines.pop();
    lines.push('', 'require (', text, ')', '');
    return;
  }
  const inside = lines.slice(block.start, block.end);
  const next = inside.findIndex((line) => (REQUIREMENT.exec(line)?.[1] ?? '') > module);
  lines.splice(next === -1 ? block.end : block.start + next, 0, text);
}

type Block = { readonly start: number; readonly end: number; readonly indirect: boolean };

function blocksOf(lines: readonly string[]): Block[] {
  return lines.flatMap((line, index) => {
    if (line !== 'require (') return [];
    const end = lines.indexOf(')', index);
    if (end === -1) return [];
    const marks = lines.slice(index + 1, end).map((inner) => inner.endsWith('// indirect'));
    return [{ start: index + 1, end, indirect: marks.length > 0 && marks.every(Boolean) }];
  });
}

function requirementText(module: string, { version, indirect }: Requirement): string {
  return `${module} ${version}${indirect ? ' // indirect' : ''}`;
}

function isEqual(a: Requirement, b: Requirement): boolean {
  return a.version === b.version && a.indirect === b.indirect;
}

function higher(a: Requirement | undefined, b: Requirement | undefined): Requirement | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const version =
    a.version.localeCompare(b.version, 'en', { numeric: true }) >= 0 ? a.version : b.version;
  return { version, indirect: a.indirect && b.indirect };
}
