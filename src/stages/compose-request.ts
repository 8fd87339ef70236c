import type { Catalog } from '../model/catalog.js';
import type { JsonValue } from '../model/json.js';
import type { CapabilityManifest } from '../model/manifest.js';
import { usualTransport } from '../transports/transports.js';
import { helpers } from './quoting.js';
import type { Assignment } from './parse-assignment.js';
import { calledMethods, sampleMethods, type SampleMethods } from './sample-methods.js';
import { placeholderImage } from './service-settings.js';

/** What a person chose; everything else keeps its default and stays out of the file. */
export type Choices = {
  readonly name: string;
  readonly language: string;
  readonly module: string;
  /** Undefined for the usual one, which stays out of the file. */
  readonly transport?: string | undefined;
  /** Its code was there before: it has no sample, whose methods would be declared. */
  readonly adopted?: boolean;
  /** Ids, in any order. */
  readonly capabilities: readonly string[];
  readonly upstreams: readonly { readonly name: string; readonly url: string }[];
  readonly assignments: readonly Assignment[];
};

type Section = { readonly [key: string]: JsonValue };

/** The one file that people edit. */
export const requestPath = 'scaffold.yaml';

/** Where the JSON Schema of scaffold.yaml lies in every generated repository. */
export const schemaPath = '.scaffold/schema.json';

const PLACEHOLDER = '# placeholder: set it before you deploy';

/**
 * Writes scaffold.yaml: what was chosen, and the placeholders that somebody must fill. The same
 * choices give the same text, whatever their order.
 */
export function composeRequest(choices: Choices, catalog: Catalog): string {
  const { name, language, module, transport } = choices;
  const how = transport === undefined || transport === usualTransport.id ? {} : { transport };
  const methods =
    choices.adopted === true
      ? []
      : sampleMethods(transport ?? usualTransport.id, language, catalog);
  const service = {
    name,
    language,
    module,
    ...how,
    ...assigned('service', choices.assignments),
    ...(methods.length > 0 && { methods: methods.map(toJson) }),
  };
  const chosen = catalog.capabilities
    .filter(({ id }) => choices.capabilities.includes(id))
    .sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
  return [
    `# yaml-language-server: $schema=${schemaPath}`,
    `version: 1`,
    `service:`,
    ...writeMap(service, '  '),
    ...('image' in service ? [] : [`  image: ${placeholderImage(name)} ${PLACEHOLDER}`]),
    ...(chosen.length === 0 ? ['capabilities: {}'] : ['capabilities:']),
    ...chosen.flatMap((manifest) => writeCapability(manifest, choices.assignments)),
    ...(choices.upstreams.length === 0 ? ['upstreams: []'] : ['upstreams:']),
    ...choices.upstreams.flatMap((upstream) =>
      composeUpstream(upstream, calledMethods(upstream.url, language, catalog)),
    ),
    '',
  ].join('\n');
}

/** The lines of an upstream below `upstreams:`, with the methods that it has. */
export function composeUpstream(
  { name, url }: Choices['upstreams'][number],
  methods: SampleMethods = [],
): string[] {
  return [
    `  - name: ${name}`,
    `    url: ${writeScalar(url)}`,
    ...(methods.length === 0 ? [] : writeMap({ methods: methods.map(toJson) }, '    ')),
  ];
}

function toJson({ name, idempotent }: SampleMethods[number]): JsonValue {
  return { name, ...(idempotent !== undefined && { idempotent }) };
}

/** The explicit values of a section as a tree; a later one replaces an earlier one. */
function assigned(section: string, assignments: readonly Assignment[]): Section {
  const values: Record<string, JsonValue> = {};
  for (const assignment of assignments) {
    if (assignment.section !== section) continue;
    let level = values;
    for (const key of assignment.path.slice(0, -1)) {
      const below = level[key];
      const next: Record<string, JsonValue> = isMap(below) ? { ...below } : {};
      level[key] = next;
      level = next;
    }
    level[assignment.path.at(-1) ?? ''] = assignment.value;
  }
  return values;
}

/** The lines of a capability below `capabilities:`. */
export function writeCapability(
  { id, settings }: CapabilityManifest,
  assignments: readonly Assignment[],
): string[] {
  const values = assigned(id, assignments);
  const placeholders = Object.entries(settings).flatMap(([key, setting]) => {
    if (setting.type === 'object' || !setting.placeholder || key in values) return [];
    return setting.default === undefined
      ? []
      : [`    ${key}: ${writeInline(setting.default as JsonValue)} ${PLACEHOLDER}`];
  });
  const lines = [...placeholders, ...writeMap(values, '    ')];
  return lines.length === 0 ? [`  ${id}: {}`] : [`  ${id}:`, ...lines];
}

function writeMap(map: Section, indent: string): string[] {
  return Object.entries(map).flatMap(([key, value]) =>
    isMap(value) && Object.keys(value).length > 0
      ? [`${indent}${key}:`, ...writeMap(value, `${indent}  `)]
      : isList(value) && value.some(isMap)
        ? [`${indent}${key}:`, ...value.map((item) => `${indent}  - ${writeInline(item)}`)]
        : [`${indent}${key}: ${writeInline(value)}`],
  );
}

function writeInline(value: JsonValue): string {
  if (isList(value)) return `[${value.map(writeInline).join(', ')}]`;
  if (isMap(value)) {
    const pairs = Object.entries(value).map(([key, item]) => `${key}: ${writeInline(item)}`);
    return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
  }
  return writeScalar(value);
}

function writeScalar(value: string | number | boolean | null): string {
  return typeof value === 'string' ? helpers.yaml(value) : String(value);
}

function isMap(value: JsonValue | undefined): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
