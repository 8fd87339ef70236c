/** The import statements at the head of a file, as a set of lines with the groups they stand in. */
export type ImportBlock = {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
};

/**
 * Finds the import block of a Go file: the lines between `import (` and `)`.
 *
 * @returns line numbers from 0, end exclusive; undefined when there is no such block
 */
export function findGoImports(text: string): ImportBlock | undefined {
  const lines = text.split('\n');
  const start = lines.indexOf('import (') + 1;
  const end = lines.indexOf(')', start);
  return start === 0 || end === -1 ? undefined : { start, end, lines: lines.slice(start, end) };
}

/** Finds the leading single-line imports of a TypeScript file, comments and blank lines between them included. */
export function findTypeScriptImports(text: string): ImportBlock | undefined {
  const lines = text.split('\n');
  const isImport = (line: string): boolean => /^import .*;$/.test(line);
  const start = lines.findIndex(isImport);
  if (start === -1) return undefined;
  let end = start;
  for (let index = start; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (isImport(line)) end = index + 1;
    else if (line !== '' && !line.startsWith('//')) break;
  }
  return { start, end, lines: lines.slice(start, end) };
}

/**
 * Merges imports as sets, so that two additions at one place never clash. Our groups and order stay; a new
 * line goes into the group that holds most of its neighbours in the template, between those, where it sorts.
 */
export function mergeImports(base: ImportBlock, ours: ImportBlock, theirs: ImportBlock): string[] {
  const inBase = new Set(base.lines);
  const inTheirs = new Set(theirs.lines);
  const kept = ours.lines.filter((line) => line === '' || inTheirs.has(line) || !inBase.has(line));
  const groups = split(kept);
  for (const group of split(theirs.lines)) {
    const added = group.filter((line) => !inBase.has(line) && !kept.includes(line));
    if (added.length === 0) continue;
    const home = groups.reduce<string[] | undefined>((best, candidate) => {
      const shared = (lines: readonly string[]): number =>
        lines.filter((line) => group.includes(line)).length;
      return shared(candidate) > shared(best ?? []) ? candidate : best;
    }, undefined);
    if (home === undefined) groups.push(added);
    else for (const line of added) insertBetween(home, line, group);
  }
  return groups
    .filter((group) => group.length > 0)
    .flatMap((group, index) => (index === 0 ? group : ['', ...group]));
}

function split(lines: readonly string[]): string[][] {
  return lines.reduce<string[][]>(
    (groups, line) => {
      if (line === '') groups.push([]);
      else groups.at(-1)?.push(line);
      return groups;
    },
    [[]],
  );
}

/** Every language sorts in its own way, so that the order of the template comes before that of the text. */
function insertBetween(home: string[], line: string, template: readonly string[]): void {
  const at = template.indexOf(line);
  const start = home.findLastIndex((other) => template.slice(0, at).includes(other)) + 1;
  const next = home.findIndex((other) => template.slice(at + 1).includes(other));
  const end = next < start ? home.length : next;
  const larger = home.findIndex((other, index) => index >= start && other > line);
  home.splice(larger === -1 ? end : Math.min(larger, end), 0, line);
}

/** The text with its import block replaced. */
export function replaceImports(text: string, block: ImportBlock, lines: readonly string[]): string {
  const all = text.split('\n');
  return [...all.slice(0, block.start), ...lines, ...all.slice(block.end)].join('\n');
}
