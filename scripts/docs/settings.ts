import type { Catalog } from '../../src/model/catalog.js';
import { listSettings, type SettingRow } from '../../src/report/setting-rows.js';
import { requestJsonSchema } from '../../src/stages/request-json-schema.js';
import { escapePipes } from './commands.js';

type Property = {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Property>>;
  readonly items?: Property;
};

/** docs/reference/settings.md: every key of scaffold.yaml. */
export function documentSettings(catalog: Catalog): string {
  const { properties } = JSON.parse(requestJsonSchema(catalog)) as Required<Property>;
  return [
    '# Settings',
    '',
    "Every key of `scaffold.yaml`. In the application `attempts` counts tries, the first included; in Istio's resources it counts retries.",
    'A duration carries its unit: `950ms`, `2s`, `1m30s`.',
    '',
    '## `service`',
    '',
    ...documentKeys(properties['service']?.properties ?? {}),
    '## `upstreams[]`',
    '',
    ...documentKeys(properties['upstreams']?.items?.properties ?? {}),
    ...sorted(catalog).flatMap((manifest) => [
      `## \`${manifest.id}\``,
      '',
      manifest.summary,
      ...(manifest.upstreamKey === undefined
        ? []
        : [
            '',
            `An upstream overrides these under \`${manifest.upstreamKey}:\`, or switches it off with \`${manifest.upstreamKey}: false\`.`,
          ]),
      '',
      ...documentRows(listSettings(manifest)),
    ]),
  ].join('\n');
}

/** The table of capabilities that README.md carries. */
export function documentCapabilities(catalog: Catalog): string {
  return [
    '| capability | what it does | layers |',
    '|---|---|---|',
    ...sorted(catalog).map((manifest) => {
      const folders = new Set(manifest.files.map(({ template }) => template.split('/')[0] ?? ''));
      const layers = [
        ...([...folders].some((folder) => folder !== 'deploy') ||
        manifest.slots.some(({ language }) => language !== undefined)
          ? ['application']
          : []),
        ...(folders.has('deploy') || manifest.slots.some(({ language }) => language === undefined)
          ? ['mesh']
          : []),
      ];
      return `| \`${manifest.id}\` | ${escapePipes(manifest.summary)} | ${layers.join(', ')} |`;
    }),
  ].join('\n');
}

function sorted({ capabilities }: Catalog): Catalog['capabilities'] {
  return [...capabilities].sort((a, b) => a.order - b.order);
}

function documentRows(rows: readonly SettingRow[]): string[] {
  if (rows.length === 0) return ['No settings.', ''];
  return [
    '| setting | default | allowed | variable | |',
    '|---|---|---|---|---|',
    ...rows.map((row) => {
      const initial = row.default === '' ? '' : code(row.default);
      const cells = [
        code(row.key),
        row.isPlaceholder ? `${initial} (placeholder)` : initial,
        row.allowed,
        row.variable === '' ? '' : code(row.variable),
        row.doc,
      ];
      return `| ${cells.map(escapePipes).join(' | ')} |`;
    }),
    '',
  ];
}

function documentKeys(properties: Readonly<Record<string, Property>>): string[] {
  const rows = Object.entries(properties).map(([key, property]) => {
    const initial =
      property.default === undefined
        ? ''
        : code(JSON.stringify(property.default).replaceAll(`"`, ``));
    const inner = Object.entries(property.properties ?? {}).map(
      ([name, own]) => `${code(name)}: ${own.description ?? ''}`,
    );
    return [
      code(key),
      initial,
      [property.description ?? '', ...inner].filter((text) => text !== '').join(' '),
    ];
  });
  return [
    '| key | default | |',
    '|---|---|---|',
    ...rows.map((row) => `| ${row.map(escapePipes).join(' | ')} |`),
    '',
  ];
}

function code(text: string): string {
  return `\`${text}\``;
}
