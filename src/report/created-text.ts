import type { CreatedService } from './created-service.js';
import { formatFindings, joinProofs } from './composed.js';
import { formatIgnored } from './ignored.js';
import { formatTable, joinWords, wrap } from './layout.js';
import { formatProof } from './proof-text.js';
import { helpers } from '../stages/quoting.js';
import type { Style } from './style.js';
import { formatUnsaid } from './unsaid-text.js';

type Page = { readonly style: Style; readonly columns: number; readonly tool: string };

/** The summary of `new service`: what was made, what was proven, what to do next. */
export function formatCreated(created: CreatedService, page: Page): string {
  if (created.isDryRun) return formatDryRun(created, page);
  const { composed, verification } = created;
  const blocks = [
    formatMade(created, page),
    formatUnsaid(created.unsaid, page),
    formatIgnored(created.ignored, { ...page, isDryRun: false }),
    formatFindings(composed, page),
    [
      formatProof(joinProofs(composed, verification), page),
      ...(verification === undefined
        ? wrap(
            'Not proven: its tests were not run (--no-verify). npx meshwright verify runs them.',
            page.columns,
          )
        : []),
    ].join('\n'),
    formatNext(created, page),
    ...formatWorkflow(created),
    ...(created.repeat === undefined
      ? []
      : [`To repeat this without questions:\n  ${created.repeat}`]),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

/** The workflow for the top of the repository, as it belongs into its file. */
function formatWorkflow({ workflow }: CreatedService): string[] {
  return workflow === undefined ? [] : [`${workflow.path}:\n\n${workflow.text.trimEnd()}`];
}

/** `orders · Go · circuit-breaker retry`. */
function formatTitle(created: CreatedService, style: Style): string {
  const parts = [style.bold(created.name), created.language.title, created.capabilities.join(' ')];
  return parts.filter((part) => part !== '').join(style.symbols.separator);
}

function formatMade(created: CreatedService, { style, columns }: Page): string {
  const files = `${created.tree.size} files in ${created.directory}`;
  const notes = describeChoices(created);
  return [
    formatTitle(created, style),
    ...[files, ...notes].flatMap((note) => indented(note, columns)),
  ].join('\n');
}

/** What a person could not know from what they typed. */
function describeChoices(created: CreatedService): string[] {
  const { added, sample, idle, placeholders, capabilities, suggestions } = created;
  return [
    ...describeKept(created),
    ...describeSubfolder(created),
    ...added.map(({ id, because }) => `${id} added: ${because}`),
    ...(sample === undefined
      ? []
      : [`sample upstream ${sample} added (none was declared; --upstream none for no upstream)`]),
    ...(idle.length === 0
      ? []
      : [
          `${joinWords(idle)} generate${idle.length === 1 ? 's' : ''} nothing until an upstream is declared`,
        ]),
    ...(capabilities.length === 0
      ? ['no capability was chosen: npx meshwright list shows what there is']
      : []),
    ...suggestions.map(({ id, because }) => `${id} would go well with it: ${because}`),
    ...(placeholders.length === 0
      ? []
      : [`to set in scaffold.yaml before you deploy: ${placeholders.join(', ')}`]),
    ...(created.hasTool
      ? []
      : ['CI runs neither drift nor check yet: npx meshwright tool pin adds both']),
  ];
}

/** GitHub reads workflows at the top of a repository only, and nothing is written above the service. */
function describeSubfolder({ name, subfolder, tree }: CreatedService): string[] {
  const source = [...tree.keys()].find((path) => path.startsWith('.github/workflows/'));
  if (subfolder === undefined || source === undefined) return [];
  return [
    `GitHub does not read ${source} in a folder of a repository. For its top, with working-directory: ${subfolder}, it is what npx meshwright workflow prints there: (cd ${helpers.sh(subfolder)} && npx meshwright workflow) > .github/workflows/${name}.yml`,
  ];
}

/** Files that were there before, and how to get the template's in their place. */
function describeKept({ kept, extended }: CreatedService): string[] {
  const whole = kept.filter((path) => !extended.includes(path));
  return [
    ...extended.map((path) => `${path} was there: lines were added at its end`),
    ...(whole.length === 0
      ? []
      : [
          `${joinWords(whole)} ${whole.length === 1 ? 'was there and stays' : 'were there and stay'} yours; delete ${whole.length === 1 ? 'it' : 'one'}, and npx meshwright update writes the template's`,
        ]),
  ];
}

function formatNext({ next, nextSteps }: CreatedService, { style, columns }: Page): string {
  const [enter, others] = [next.filter(entersFolder), next.filter((step) => !entersFolder(step))];
  const steps = [...enter, ...nextSteps, ...others];
  if (steps.length === 0) return '';
  const rows = steps.map(({ command, does }) => [style.cyan(command), does]);
  return formatTable(rows, { columns });
}

function entersFolder({ command }: CreatedService['next'][number]): boolean {
  return command.startsWith('cd ');
}

function formatDryRun(created: CreatedService, { style, columns }: Page): string {
  const rows = [...created.tree].map(([path, { ownership, capabilities }]) => [
    path,
    ownership,
    capabilities.join(' '),
  ]);
  return [
    formatTitle(created, style),
    ...[
      `would write ${created.tree.size} files to ${created.directory}; nothing was written`,
      ...describeChoices(created),
    ].flatMap((note) => indented(note, columns)),
    '',
    formatTable(rows, { columns }),
    ...(created.unsaid.length === 0 ? [] : ['', formatUnsaid(created.unsaid, { style, columns })]),
    ...(created.ignored.length === 0
      ? []
      : ['', formatIgnored(created.ignored, { style, columns, isDryRun: true })]),
    '',
  ].join('\n');
}

function indented(text: string, columns: number): string[] {
  return wrap(text, columns - 2).map((line) => `  ${line}`);
}
