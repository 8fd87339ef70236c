import type { GoneObject } from '../model/drift.js';
import type { FileReport } from '../stages/describe-update.js';
import { formatFindings, joinProofs } from './composed.js';
import { formatIgnored } from './ignored.js';
import { formatTable, wrap } from './layout.js';
import { formatProof } from './proof-text.js';
import type { Style } from './style.js';
import { formatUnsaid } from './unsaid-text.js';
import type { UpdatedService } from './updated-service.js';
import { nameTool } from '../model/started-as.js';

type Page = { readonly style: Style; readonly columns: number; readonly tool: string };

/** The summary of `add`, `remove` and `update`: what matters to traffic first, conflicts last. */
export function formatUpdated(updated: UpdatedService, page: Page): string {
  const { style, columns } = page;
  const conflicts = updated.files.filter(({ action }) => action === 'conflict');
  const blocks = [
    [
      style.bold(updated.what),
      ...summarize(updated).flatMap((line) => wrap(line, columns - 2).map((part) => `  ${part}`)),
    ].join('\n'),
    formatFiles(updated, page),
    formatReasons(updated.files, page),
    formatDefaults(updated.defaults, page),
    updated.diffs.map((diff) => colorDiff(diff, style)).join(''),
    formatNeeds(updated, page),
    formatWiring(updated, style),
    formatGone(updated, page),
    updated.notes.flatMap((note) => wrap(nameTool(note, page.tool), columns)).join('\n'),
    formatUnsaid(updated.unsaid, page),
    formatNextSteps(updated, page),
    formatIgnored(updated.ignored, { ...page, isDryRun: updated.isDryRun }),
    conflicts.length > 0 ? formatConflicts(conflicts, updated, page) : '',
    formatFindings(updated.composed, page),
    updated.isDryRun || conflicts.length > 0
      ? ''
      : formatProof(joinProofs(updated.composed, updated.verification), page),
  ];
  return `${blocks
    .filter((block) => block !== '')
    .map((block) => block.trimEnd())
    .join('\n\n')}\n`;
}

function summarize({ files, isDryRun, version }: UpdatedService): string[] {
  const count = (action: FileReport['action']): number =>
    files.filter((file) => file.action === action).length;
  const parts = (
    [
      ['new', count('created')],
      ['changed', count('updated')],
      ['merged with your edits', count('merged')],
      ['deleted', count('deleted')],
      ['in conflict', count('conflict')],
    ] as const
  ).flatMap(([word, number]) => (number === 0 ? [] : [`${number} ${word}`]));
  const total = parts.length === 0 ? 'nothing to change' : parts.join(', ');
  return [
    ...(version.recorded === version.current
      ? []
      : [`template ${version.recorded} → ${version.current}`]),
    isDryRun ? `would be: ${total}; nothing was written` : total,
  ];
}

/**
 * What acts on live traffic or restarts pods, and what was merged or kept; plain new files need no line each,
 * unless somebody wants to know before.
 */
function formatFiles({ files, isDryRun }: UpdatedService, { style, columns }: Page): string {
  const rows = files.flatMap((file) => {
    const { path, action, effect, from } = file;
    if (action === 'conflict') return [];
    const where = from === undefined ? path : `${path} (was ${from})`;
    if (file.status !== undefined) return [[style.yellow(file.status), where, action]];
    const acts =
      effect === 'traffic'
        ? [style.yellow('live traffic')]
        : effect === 'restart'
          ? ['restart']
          : isDryRun && action !== 'kept' && action !== 'adopted'
            ? [style.dim('no effect')]
            : [];
    if (acts.length > 0) return [[...acts, where, action]];
    if (action === 'created' || action === 'updated') return [];
    return [[action, where, action === 'merged' ? 'your edits kept' : describeKept(file)]];
  });
  return rows.length === 0 ? '' : formatTable(rows, { columns });
}

function describeKept({ action }: FileReport): string {
  switch (action) {
    case 'kept':
      return 'the template would have it otherwise';
    case 'adopted':
      return 'was there already, the same';
    default:
      return '';
  }
}

/** Each reason once, with the files that it is about. */
function formatReasons(files: readonly FileReport[], { style, columns }: Page): string {
  const paths = new Map<string, string[]>();
  for (const { path, why } of files) {
    for (const reason of why) paths.set(reason, [...(paths.get(reason) ?? []), path]);
  }
  if (paths.size === 0) return '';
  return [
    style.bold('Why'),
    ...[...paths].flatMap(([reason, about]) => [
      ...wrap(reason, columns - 2).map((line) => `  ${line}`),
      ...wrap(about.join(', '), columns - 4).map((line) => `    ${style.dim(line)}`),
    ]),
  ].join('\n');
}

function formatDefaults(defaults: UpdatedService['defaults'], { style, columns }: Page): string {
  if (defaults.length === 0) return '';
  const rows = defaults.map(({ setting, was, now, why }) => [setting, `${was} → ${now}`, why]);
  return [
    style.bold('Defaults that change what the service does, since scaffold.yaml does not set them'),
    formatTable(rows, { columns }),
  ].join('\n');
}

/** In a service made by hand: what must be there before our code compiles. */
function formatNeeds({ needs, wiring }: UpdatedService, { style, columns }: Page): string {
  if (needs === undefined || (needs.install.length === 0 && wiring.length === 0)) return '';
  const lines = [
    ...needs.install.map((command) => `  ${style.cyan(command)}`),
    ...needs.conditions.flatMap((sentence) =>
      wrap(sentence, columns - 2).map((line) => `  ${line}`),
    ),
  ];
  return lines.length === 0
    ? ''
    : ['For this code to compile and its tests to run:', ...lines].join('\n');
}

function formatWiring({ wiring }: UpdatedService, style: Style): string {
  if (wiring.length === 0) return '';
  return [
    'Your code is your own. In a service of the template this wires it in; do the like in yours:',
    '',
    ...wiring.map((diff) => colorDiff(diff, style)),
  ].join('\n');
}

function formatGone({ gone }: UpdatedService, { style }: Page): string {
  if (gone.length === 0) return '';
  const commands = gone.map((object) => `  ${style.cyan(deleteCommand(object))}`);
  return ['No longer declared; kubectl apply does not delete them:', ...commands].join('\n');
}

/** With its API group: a Gateway is one thing to Istio and another to the Gateway API. */
function deleteCommand({ group, kind, namespace, name }: GoneObject): string {
  const resource = [kind.toLowerCase(), ...(group === '' ? [] : [group])].join('.');
  return `kubectl delete ${resource}/${name} --namespace ${namespace}`;
}

function formatNextSteps({ nextSteps }: UpdatedService, { style, columns }: Page): string {
  if (nextSteps.length === 0) return '';
  const rows = nextSteps.map(({ command, does }) => [style.cyan(command), does]);
  return ['Still to do, or it does not build:', formatTable(rows, { columns })].join('\n');
}

function formatConflicts(
  conflicts: readonly FileReport[],
  { isDryRun }: UpdatedService,
  { style, tool }: Page,
): string {
  const count = `${conflicts.length} file${conflicts.length === 1 ? '' : 's'}`;
  const rows = conflicts.map(({ path, conflict }) => `  ${path}: ${describeConflict(conflict)}`);
  if (isDryRun) return [`${count} would need you:`, ...rows].join('\n');
  return [
    `${style.red(style.symbols.failed)} ${count} need${conflicts.length === 1 ? 's' : ''} you:`,
    ...rows,
    '',
    `Resolve them, then  ${tool} update --continue   or   ${tool} update --abort`,
    'Nothing is recorded as done until then.',
  ].join('\n');
}

function describeConflict(conflict: FileReport['conflict']): string {
  const at = conflict?.at ?? '';
  switch (conflict?.kind) {
    case 'both-changed':
      return `both changed the same lines, from ${at} on; resolve the markers`;
    case 'binary':
      return `both changed it, and it is no text; the template's is in ${at}`;
    case 'deleted-by-template':
      return `you edited it, the template no longer has it; delete it or keep it, then delete ${at}`;
    case 'exists':
      return `the template brings a file of this name; its own is in ${at}`;
    case 'base-lost':
      return `both changed it, and what was generated is lost; the template's is in ${at}`;
    case 'blocked':
      return `a link, folder or special file stands there; the template's file is in ${at}`;
    case undefined:
      return '';
  }
}

function colorDiff(diff: string, style: Style): string {
  return diff
    .split('\n')
    .map((line) => {
      if (/^(?:diff |(?:old|new|deleted)(?: file)? mode |---|\+\+\+|@@)/.test(line))
        return style.dim(line);
      if (line.startsWith('+')) return style.green(line);
      return line.startsWith('-') ? style.red(line) : line;
    })
    .join('\n');
}
