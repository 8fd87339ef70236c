import { marksIndirect, parseGoMod, type GoModLine } from './go-mod-file.js';
import { compareGoReleases, higherModuleVersion } from './go-version.js';
import { mergeKeyed } from './merge-keyed.js';

/** A `require` line: version and the `// indirect` mark. */
type Requirement = { readonly version: string; readonly indirect: boolean };

/** Directives that occur once, with what becomes of a value that both changed; undefined means a clash. */
const single: Readonly<Record<string, (ours: string, theirs: string) => string | undefined>> = {
  module: () => undefined,
  go: higherRelease,
  toolchain: higherRelease,
};

/**
 * Merges go.mod files: the template's changes of requirements, of `go` and of `toolchain` are applied to ours,
 * which keeps its comments, blocks and all other directives. Where both changed a version, the higher one
 * stands, as Go itself would choose.
 *
 * @returns undefined when the template changed something else, or both gave the module another name
 */
export function mergeGoMod(base: string, ours: string, theirs: string): string | undefined {
  const [b, o, t] = [parseGoMod(base), parseGoMod(ours), parseGoMod(theirs)] as const;
  if (othersOf(b) !== othersOf(t)) return undefined;
  const values = mergeKeyed<string>(
    { base: valuesOf(b), ours: valuesOf(o), theirs: valuesOf(t) },
    (left, right) => left === right,
    (left, right, _base, verb) => {
      if (left === undefined || right === undefined) return { value: left };
      const value = single[verb]?.(left, right);
      return value === undefined ? undefined : { value };
    },
  );
  if (values.clashes.length > 0) return undefined;
  const { changes } = mergeKeyed<Requirement>(
    { base: requirementsOf(b), ours: requirementsOf(o), theirs: requirementsOf(t) },
    (left, right) => left.version === right.version && left.indirect === right.indirect,
    (left, right) => ({ value: higher(left, right) }),
  );
  return applyRequirements(applyValues(o, values.changes), changes);
}

function isSingle({ verb }: GoModLine): boolean {
  return Object.hasOwn(single, verb);
}

/** What only people write: replacements, exclusions and so on, as one text. */
function othersOf(lines: readonly GoModLine[]): string {
  return lines
    .filter((line) => line.verb !== '' && line.verb !== 'require' && !isSingle(line))
    .map(({ verb, words }) => [verb, ...words].join(' '))
    .sort()
    .join('\n');
}

function valuesOf(lines: readonly GoModLine[]): Map<string, string> {
  return new Map(lines.filter(isSingle).map(({ verb, words }) => [verb, words[0] ?? '']));
}

function requirementsOf(lines: readonly GoModLine[]): Map<string, Requirement> {
  const found = new Map<string, Requirement>();
  for (const line of lines) {
    const requirement = requirementOf(line);
    if (requirement === undefined) continue;
    const { module, ...rest } = requirement;
    found.set(module, higher(found.get(module), rest) ?? rest);
  }
  return found;
}

function requirementOf(line: GoModLine): (Requirement & { readonly module: string }) | undefined {
  const [module, version] = line.words;
  if (line.verb !== 'require' || module === undefined || version === undefined) return undefined;
  return { module, version, indirect: marksIndirect(line.comment) };
}

/** Sets `go` and the like; one that we lack goes behind the line that it follows in every go.mod. */
function applyValues(
  lines: readonly GoModLine[],
  changes: ReadonlyMap<string, string | undefined>,
): readonly string[] {
  const texts: string[] = [];
  for (const { verb, text, words } of lines) {
    if (!changes.has(verb)) texts.push(text);
    const value = changes.get(verb);
    if (value !== undefined) texts.push(text.replace(words[0] ?? '', () => value));
    const added = verb === 'go' && !lines.some((line) => line.verb === 'toolchain');
    const toolchain = changes.get('toolchain');
    if (added && toolchain !== undefined) texts.push('', `toolchain ${toolchain}`);
  }
  return texts;
}

function applyRequirements(
  ours: readonly string[],
  changes: ReadonlyMap<string, Requirement | undefined>,
): string {
  const pending = new Map(changes);
  const isGone = (module: string): boolean =>
    changes.has(module) && changes.get(module) === undefined;
  const old = parseGoMod(ours.join('\n'));
  const lines = old.flatMap((line) => {
    const requirement = requirementOf(line);
    if (requirement === undefined || !changes.has(requirement.module)) return [line.text];
    pending.delete(requirement.module);
    const changed = changes.get(requirement.module);
    return changed === undefined ? [] : [withRequirement(line, requirement, changed)];
  });
  const isShorter = old.some((line) => isGone(requirementOf(line)?.module ?? ''));
  for (const [module, requirement] of pending) {
    if (requirement !== undefined) insert(lines, module, requirement);
  }
  const text = lines.join('\n');
  return isShorter ? text.replace(/\nrequire \(\n\)\n/g, '\n').replace(/\n{3,}/g, '\n\n') : text;
}

/** The line with another version and mark; people's own comment stays. */
function withRequirement(
  { text, comment }: GoModLine,
  old: Requirement,
  next: Requirement,
): string {
  const code = text
    .slice(0, comment === '' ? undefined : text.lastIndexOf(comment))
    .replace(/\s*(?:\/\/\s*)?$/, '');
  const at = code.lastIndexOf(old.version);
  const changed = code.slice(0, at) + next.version + code.slice(at + old.version.length);
  const own = comment.replace(/^indirect(?:$|;\s*)/, '');
  const words = [...(next.indirect ? ['indirect'] : []), ...(own === '' ? [] : [own])].join('; ');
  return words === '' ? changed : `${changed} // ${words}`;
}

/** Puts a requirement into the block of its kind in order, or into a new block. */
function insert(lines: string[], module: string, { version, indirect }: Requirement): void {
  const text = `\t${module} ${version}${indirect ? ' // indirect' : ''}`;
  const block = blocksOf(lines).find((candidate) => candidate.indirect === indirect);
  if (block === undefined) {
    while (lines.at(-1) === '') lines.pop();
    lines.push('', 'require (', text, ')', '');
    return;
  }
  const next = block.modules.findIndex((other) => other > module);
  lines.splice(next === -1 ? block.end : block.start + next, 0, text);
}

type Block = {
  readonly start: number;
  readonly end: number;
  readonly indirect: boolean;
  /** Module of each line; empty for comments, which sort before everything. */
  readonly modules: readonly string[];
};

function blocksOf(texts: readonly string[]): Block[] {
  const lines = parseGoMod(texts.join('\n'));
  return lines.flatMap(({ place, words }, index) => {
    if (place !== 'open' || words[0] !== 'require') return [];
    const end = lines.findIndex((line, at) => at > index && line.place === 'close');
    if (end === -1) return [];
    const inside = lines.slice(index + 1, end).map(requirementOf);
    const known = inside.filter((requirement) => requirement !== undefined);
    return [
      {
        start: index + 1,
        end,
        indirect: known.length > 0 && known.every(({ indirect }) => indirect),
        modules: inside.map((requirement) => requirement?.module ?? ''),
      },
    ];
  });
}

function higher(a: Requirement | undefined, b: Requirement | undefined): Requirement | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return { version: higherModuleVersion(a.version, b.version), indirect: a.indirect && b.indirect };
}

function higherRelease(a: string, b: string): string {
  return (compareGoReleases(a, b) ?? 0) >= 0 ? a : b;
}
