import type { Catalog } from '../../src/model/catalog.js';
import { listSettings, type SettingRow } from '../../src/report/setting-rows.js';
import { requestJsonSchema } from '../../src/stages/request-json-schema.js';
import { environmentKeys } from '../../src/stages/request-schema.js';
import { escapePipes } from './commands.js';

type Property = {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
  readonly items?: Property;
  readonly additionalProperties?: Property;
  readonly anyOf?: readonly Property[];
};

/** What the sections of an environment hold: keys that are explained in their own tables. */
const OVERRIDES: Readonly<Record<string, string>> = {
  service:
    '`port`, `timeout`, `image` and more, as under `service`; `variables` is a map of values by name.',
  capabilities:
    'Settings by capability. An environment runs the same code: it adds and removes none.',
  upstreams:
    'A list of declared upstreams by `name`, each with the keys that differ; `url` is one of them.',
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
    ...documentVariables(properties['service']?.properties?.['variables']),
    '## `upstreams[]`',
    '',
    ...documentKeys(properties['upstreams']?.items?.properties ?? {}),
    ...documentEnvironments(catalog, properties['environments']?.additionalProperties),
    ...documentAcceptances(properties),
    ...documentTool(properties['tool']?.properties?.['source']),
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

function documentVariables({ description = '', items }: Property = {}): string[] {
  return [
    '## `service.variables[]`',
    '',
    `${description} Of a value in an environment see [environments](#environments).`,
    '',
    '```yaml',
    'service:',
    '  variables:',
    '    - { name: PAGE_SIZE, type: integer, default: 50, doc: Items of a page. }',
    '    - { name: API_TOKEN, from: { secret: orders, key: token }, doc: Token of the payment API. }',
    'environments:',
    '  staging: { service: { variables: { PAGE_SIZE: 20 } } }',
    '```',
    '',
    'A value that its type does not allow, and an absent one without a default, end the process at its start. A default is',
    'in the code, and in the Deployment only what Kubernetes or an environment sets. What comes from a Secret has no',
    'default and is hidden from logs and errors.',
    '',
    ...documentKeys(items?.properties ?? {}),
  ];
}

function documentEnvironments(catalog: Catalog, environment: Property = {}): string[] {
  const short = new Map(
    environmentKeys(catalog).map(({ key, capability, name }) => [
      key,
      `Short for \`capabilities.${capability}.${name}\`.`,
    ]),
  );
  const keys = Object.entries(environment.properties ?? {}).map(
    ([key]) => [key, { description: OVERRIDES[key] ?? short.get(key) ?? '' }] as const,
  );
  return [
    '## `environments`',
    '',
    'A map of names, each with what differs there from the rest of the file. Every environment becomes an overlay, `deploy/overlays/NAME`;',
    '`check --env NAME` and `explain --env NAME` read it.',
    '',
    '```yaml',
    'environments:',
    '  production:',
    '    service: { image: registry.example.com/orders:1.4.2 }',
    '    upstreams: [{ name: inventory, timeout: 3s }]',
    '```',
    '',
    ...documentKeys(Object.fromEntries(keys)),
  ];
}

function documentAcceptances(properties: Readonly<Record<string, Property>>): string[] {
  const uses = {
    check:
      'Findings that stay: `check` lists them as accepted, and they do not change its exit code.',
    drift:
      'Differences that stay: `drift` lists them as accepted, and they do not change its exit code.',
  };
  return Object.entries(uses).flatMap(([section, use]) => {
    const { accept, exclude } = properties[section]?.properties ?? {};
    const items = accept?.items ?? {};
    return [
      ...(exclude === undefined
        ? []
        : [
            `## \`${section}.exclude[]\``,
            '',
            `${exclude.description ?? ''} \`--exclude\` adds to them.`,
            '',
          ]),
      `## \`${section}.accept[]\``,
      '',
      `${use} Needed are ${(items.required ?? []).map(code).join(' and ')}.`,
      '',
      ...documentKeys(items.properties ?? {}),
    ];
  });
}

function documentTool(source: Property = {}): string[] {
  const kinds = (source.anyOf ?? []).map(({ properties = {} }) => properties);
  return [
    '## `tool.source`',
    '',
    'Where CI gets this tool from; `scaffold tool pin` writes it. Without it, neither drift nor check runs in CI. One of:',
    '',
    ...kinds.map((keys) => `- \`{ ${Object.keys(keys).join(', ')} }\``),
    '',
    ...documentKeys(Object.assign({}, ...kinds) as Readonly<Record<string, Property>>),
  ];
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
