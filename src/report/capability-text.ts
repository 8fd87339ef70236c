import type { CapabilityReport } from './capability.js';
import { formatTable, wrap } from './layout.js';
import type { SettingRow } from './setting-rows.js';
import type { Style } from './style.js';

type Page = { readonly style: Style; readonly columns: number };

/** A capability as `info` prints it. */
export function formatCapability(capability: CapabilityReport, page: Page): string {
  const { style, columns } = page;
  const head = [
    `${style.bold(capability.id)}${style.symbols.separator}${capability.title}`,
    ...wrap(capability.summary, columns),
  ].join('\n');
  const blocks = [
    head,
    section('Settings', formatSettings(capability.settings, page), page),
    capability.upstreamKey === null
      ? ''
      : wrap(
          `Each upstream may override them under ${capability.upstreamKey}:, or switch it off with ${capability.upstreamKey}: false.`,
          columns,
        ).join('\n'),
    section('Makes', formatGenerated(capability, page), page),
    section('Changes', formatChanges(capability, page), page),
    section('Other capabilities', formatRelations(capability, page), page),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

/** Settings with their defaults, one a row: `info` and `--help` share them. */
export function formatSettings(settings: readonly SettingRow[], { style, columns }: Page): string {
  const rows = settings.map((row) => [row.key, describeDefault(row), style.dim(explain(row))]);
  return formatTable(rows, { columns });
}

function describeDefault({ default: value, isPlaceholder }: SettingRow): string {
  if (value === '') return '(none)';
  return isPlaceholder ? `${value} (placeholder)` : value;
}

function explain({ doc, allowed, variable }: SettingRow): string {
  return [doc, `${allowed.charAt(0).toUpperCase()}${allowed.slice(1)}.`, variable]
    .filter((text) => text !== '')
    .join(' ');
}

function formatGenerated({ generates }: CapabilityReport, { columns }: Page): string {
  const rows = generates.map(({ layer, files, slots }) => [
    layer,
    [
      ...files,
      ...(slots.length === 0
        ? []
        : [`lines in ${slots.length} ${slots.length === 1 ? 'place' : 'places'} of other files`]),
    ].join(', '),
  ]);
  return formatTable(rows, { columns });
}

function formatChanges({ changes }: CapabilityReport, { columns }: Page): string {
  const rows = changes.map(({ version, why, default: changed }) => [
    version,
    changed === null
      ? why
      : `${changed.setting} was ${JSON.stringify(changed.was)} by default. ${why}`,
  ]);
  return rows.length === 0 ? '' : formatTable(rows, { columns });
}

function formatRelations(
  { requires, conflicts, suggests }: CapabilityReport,
  { columns }: Page,
): string {
  const rows = [
    ...requires.map(({ id, reason }) => ['requires', id, reason]),
    ...conflicts.map(({ id, reason }) => ['conflicts with', id, reason]),
    ...suggests.map(({ id, reason }) => ['goes well with', id, reason]),
  ];
  return rows.length === 0 ? '' : formatTable(rows, { columns });
}

function section(title: string, body: string, { style }: Page): string {
  return body === '' ? '' : `${style.bold(title)}\n${body}`;
}
