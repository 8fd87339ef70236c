import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

import { describe, expect, test } from 'vitest';

import { readCatalogSource, readCatalog } from '../../src/io/catalog.js';
import { controlFields, isControlKind } from '../../src/model/control.js';
import type {
  CapabilityManifest,
  Contribution,
  FileDeclaration,
} from '../../src/model/manifest.js';
import type { Setting } from '../../src/model/setting.js';
import { constantCase } from '../../src/model/names.js';
import { derivations } from '../../src/model/policy.js';
import { settingValueSchema } from '../../src/model/setting-schema.js';
import { checkConditions } from '../../src/stages/check-conditions.js';
import { buildContext } from '../../src/stages/context.js';
import { parseRequest } from '../../src/stages/parse-request.js';
import { resolve } from '../../src/stages/resolve.js';
import { toolSources } from '../support/tool-sources.js';
import { checkTemplate } from '../support/template-check.js';

/** Of another catalog where a test asks for that. */
const root = process.env['CATALOG_ROOT'] ?? process.cwd();
const source = readCatalogSource(root);
const catalog = readCatalog(root);
const ids = source.capabilities.map(({ id }) => id);
const languages = source.languages.map(({ language }) => language);

/** Settings by dotted path, objects included. */
function flatten(settings: Readonly<Record<string, Setting>>, prefix = ''): [string, Setting][] {
  return Object.entries(settings).flatMap(([key, setting]) => [
    [prefix + key, setting] as [string, Setting],
    ...(setting.type === 'object' ? flatten(setting.settings, `${prefix}${key}.`) : []),
    ...(setting.type === 'list' && setting.of.type === 'object'
      ? flatten(setting.of.settings, `${prefix}${key}.`)
      : []),
  ]);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

/** Everything that declares files and slots: skeletons and capabilities. */
const owners: { id: string; folder: string; files: FileDeclaration[]; slots: Contribution[] }[] = [
  ...source.languages.map(({ language, files, slots }) => ({
    id: language,
    folder: join(root, 'templates', language),
    files,
    slots,
  })),
  ...source.capabilities.map(({ id, files, slots }) => ({
    id,
    folder: join(root, 'capabilities', id),
    files,
    slots,
  })),
];

describe.each(source.capabilities)('capability $id', (manifest: CapabilityManifest) => {
  const settings = flatten(manifest.settings);
  const paths = settings.map(([path]) => path);

  test('is named after its folder and has a page that starts with its title', () => {
    const readme = readFileSync(join(root, 'capabilities', manifest.id, 'README.md'), 'utf8');
    expect(readme.startsWith(`# ${manifest.title}\n`)).toBe(true);
  });

  test('refers to capabilities that exist', () => {
    const { requires, conflicts, suggests } = manifest;
    for (const { id } of [...requires, ...conflicts, ...suggests]) expect(ids).toContain(id);
  });

  test('documents every setting with a sentence, and its default is allowed', () => {
    for (const [path, setting] of settings) {
      expect(setting.doc, path).toMatch(/^[A-Z].*[.]$/s);
      if (setting.type === 'object' || setting.default === undefined) continue;
      expect(settingValueSchema(setting).safeParse(setting.default).error, path).toBeUndefined();
    }
  });

  test('every setting has a default, a derivation, or is optional inside a list', () => {
    for (const [path, setting] of flatten(manifest.settings)) {
      if (setting.type === 'object' || path.split('.').length > 1) continue;
      expect(setting.default !== undefined || setting.derive !== undefined, path).toBe(true);
      if (setting.derive !== undefined) expect(Object.keys(derivations)).toContain(setting.derive);
    }
  });

  test('its controls name kinds, fields and settings that exist', () => {
    for (const { kind, values } of manifest.controls) {
      expect(isControlKind(kind), kind).toBe(true);
      if (!isControlKind(kind)) continue;
      for (const [field, path] of Object.entries(values)) {
        expect(controlFields[kind] as readonly string[]).toContain(field);
        expect(paths).toContain(path);
      }
    }
  });

  test('pins its dependencies exactly', () => {
    for (const dependencies of [manifest.dependencies, manifest.devDependencies]) {
      for (const [language, versions] of Object.entries(dependencies)) {
        expect(languages).toContain(language);
        for (const version of Object.values(versions)) expect(version).toMatch(/^v?\d+\.\d+\.\d+$/);
      }
    }
  });

  test('its short keys take no word of the core', () => {
    const taken = ['name', 'url', 'timeout', 'replicas', 'stream', 'mesh'];
    if (manifest.upstreamKey !== undefined) expect(taken).not.toContain(manifest.upstreamKey);
    for (const [, setting] of settings) {
      if (setting.type === 'object' || setting.environmentKey === undefined) continue;
      expect(['service', 'capabilities', 'upstreams']).not.toContain(setting.environmentKey);
    }
  });
});

test('conditions compare settings that there are with values that they may have', () => {
  expect(checkConditions({ ...source, meshes: catalog.meshes })).toEqual([]);
});

test('no two settings reach the process under one name', () => {
  const names = source.capabilities.flatMap(({ id, settings }) =>
    flatten(settings).flatMap(([path, setting]) =>
      setting.type === 'object' || setting.env === false
        ? []
        : [setting.env ?? [id, ...path.split('.')].map(constantCase).join('_')],
    ),
  );
  expect(names).toEqual([...new Set(names)]);
});

describe.each(owners)('templates of $id', ({ id, folder, files, slots }) => {
  test('every file in the folder is declared', () => {
    const declared = new Set(
      [...files, ...slots].flatMap(({ template }) =>
        template === undefined ? [] : [join(folder, template)],
      ),
    );
    const known = ['capability.yaml', 'template.yaml', 'README.md', 'recorded.json', 'lock.json'];
    const lists = [
      ...languages.map((language) => `${language}/files.yaml`),
      ...catalog.meshes.map((mesh) => `deploy/${mesh.id}/files.yaml`),
    ];
    const isKnown = (path: string) => known.includes(path) || lists.includes(path);
    const dead = filesBelow(folder).filter(
      (path) => !declared.has(path) && !isKnown(relative(folder, path)),
    );
    expect(dead).toEqual([]);
  });

  test('every contribution goes into a slot that some file declares', () => {
    const declared = new Set(
      owners.flatMap((owner) => owner.files.flatMap((file) => file.slots.map(({ name }) => name))),
    );
    for (const { slot } of slots) expect(declared).toContain(slot);
  });

  test('every declared slot stands in its template', () => {
    for (const file of files) {
      const text = source.sources.get(`${id}/${file.template}`) ?? '';
      for (const { name } of file.slots) expect(text, file.template).toContain(`{{> ${name}}}`);
    }
  });

  test('hold values, if, each and slots, and quote free text', () => {
    expect(
      files
        .flatMap((file) => faultsOf(id, file))
        .concat(slots.flatMap((slot, index) => faultsOfSlot(id, slot, index))),
    ).toEqual([]);
  });
});

/** Settings of a mesh with which templates see values that they do not see by default. */
const otherShapes: Readonly<Record<string, readonly Record<string, unknown>[]>> = {
  istio: [{ dataPlane: 'ambient', waypoint: 'infra/gate', callers: [] }],
};

/** A context in which every list has an item and every capability is on. */
function exampleContext(language: string, mesh?: string): Record<string, unknown> {
  const everything = Object.fromEntries(
    source.capabilities.map((manifest) => [manifest.id, exampleSettings(manifest, mesh)]),
  );
  const context = contextOf(language, everything);
  // What a mesh says instead where nothing is declared.
  const named = source.capabilities.flatMap((manifest) => {
    const naming = namingOf(manifest);
    return naming === undefined ? [] : [[manifest.id, mesh && { [naming]: mesh }] as const];
  });
  const bare = contextOf(language, Object.fromEntries(named)).emitted;
  // The last upstream has everything: it is outside, and its policy is emitted here.
  const everybody = { principals: ['a'], requestPrincipals: ['b'], namespaces: ['c'] };
  const said = Object.entries(context.emitted).map(([key, value]) => [
    key,
    Array.isArray(value) && value.length === 0 ? (bare[key] ?? value) : value,
  ]);
  const others = (otherShapes[mesh ?? ''] ?? []).map((shape) => {
    const asked = named.map(([id, naming]) => [id, { ...(naming || {}), ...shape }] as const);
    return contextOf(language, Object.fromEntries(asked)).emitted;
  });
  const methods = ['/items.v1.ItemsService/GetItem'];
  const parts = [{ service: 'items.v1.ItemsService', method: 'GetItem' }];
  const of = (isParted: boolean) => (isParted ? parts : methods);
  const emitted = {
    ...(Object.assign({}, ...others) as Record<string, unknown>),
    ...Object.fromEntries(said),
    allowed: [everybody],
    // Of services whose methods have names.
    ...('paths' in context.emitted && { paths: methods }),
    ...('anonymousMethods' in context.emitted && {
      anonymousMethods: of('probeMethods' in context.emitted),
    }),
    ...('probeMethods' in context.emitted && { probeMethods: of(true) }),
    ...(others.length > 0 && { connections: { name: 'orders', ...everybody } }),
  };
  const last = context.upstreams.at(-1);
  const upstream = {
    ...last,
    emitted: {
      ...last?.emitted,
      ...('repeatedPaths' in (last?.emitted ?? {}) && { repeatedPaths: methods }),
      ...('idempotentMethods' in (last?.emitted ?? {}) && { idempotentMethods: parts }),
    },
  };
  return { ...context, emitted, upstream };
}

function contextOf(language: string, capabilities: Readonly<Record<string, unknown>>) {
  const text = [
    'service:',
    '  name: orders',
    `  language: ${language}`,
    '  variables: [{ name: PAGE_SIZE, type: integer, default: 10, doc: Items of a page. }]',
    `capabilities: ${JSON.stringify(capabilities)}`,
    'upstreams:',
    '  - { name: inventory, url: "http://inventory.shop.svc.cluster.local:8080" }',
    '  - { name: payments, url: "https://payments.example.com" }',
    '  - { name: legacy, url: "http://legacy.example.com" }',
    'environments: { staging: {} }',
    toolSources['mirror'],
  ].join('\n');
  return buildContext(resolve(parseRequest(text, 'example', catalog), catalog), catalog);
}

/** The setting of a capability that names the mesh. */
function namingOf({ controls }: CapabilityManifest): string | undefined {
  return controls.find(({ kind }) => kind === 'meshIdentity')?.values['mesh'];
}

/** An item for every list whose default is empty, so that its template is looked into. */
function exampleSettings(manifest: CapabilityManifest, mesh?: string): Record<string, unknown> {
  const naming = namingOf(manifest);
  return Object.fromEntries(
    Object.entries(manifest.settings).flatMap(([key, setting]): (readonly [string, unknown])[] => {
      if (key === naming && mesh !== undefined) return [[key, mesh]];
      if (setting.type !== 'list') return [];
      if (setting.of.type === 'path') return [[key, [...(setting.default ?? []), '/example']]];
      if ((setting.default ?? []).length > 0) return [];
      return [[key, [exampleValue(setting.of)]]];
    }),
  );
}

function exampleValue(setting: Setting): unknown {
  switch (setting.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(setting.settings).map(([key, inner]) => [key, exampleValue(inner)]),
      );
    case 'integer':
    case 'number':
      return setting.default ?? setting.min;
    case 'boolean':
      return true;
    case 'enum':
      return setting.default ?? setting.values[0];
    case 'host':
      return 'files.example.com';
    case 'list':
      return [exampleValue(setting.of)];
    case 'duration':
      return setting.default ?? setting.min;
    case 'path':
      return '/example';
    case 'url':
      return 'https://files.example.com';
    case 'string':
      return setting.default ?? 'example';
  }
}

function settingType(path: string): string | undefined {
  const [id, ...rest] = path.split('.');
  const manifest = source.capabilities.find((candidate) => candidate.id === id);
  const found = flatten(manifest?.settings ?? {}).find(
    ([candidate]) => candidate === rest.join('.'),
  )?.[1];
  return found?.type === 'list' ? found.of.type : found?.type;
}

function languageOf(id: string, template: string): string {
  const folder = template.split('/')[0] ?? '';
  if (languages.includes(id)) return id;
  return languages.includes(folder) ? folder : (languages[0] ?? '');
}

function faultsOf(id: string, file: FileDeclaration): string[] {
  return checkTemplate({
    name: `${id}/${file.template}`,
    source: source.sources.get(`${id}/${file.template}`) ?? '',
    slots: file.slots.map(({ name }) => name),
    root: exampleContext(languageOf(id, file.template), file.when.mesh),
    settingType,
  });
}

function faultsOfSlot(id: string, slot: Contribution, index: number): string[] {
  const key = slot.template === undefined ? `${id}#${index}` : `${id}/${slot.template}`;
  const context = exampleContext(slot.language ?? languages[0] ?? '', slot.when.mesh);
  const inLoop = isCalledPerUpstream(
    slot.slot,
    slot.language ?? (languages.includes(id) ? id : undefined),
  );
  return checkTemplate({
    name: key,
    source: source.sources.get(key) ?? '',
    slots: [],
    root: context,
    ...(inLoop ? { scope: { value: context['upstream'], place: 'upstream' } } : {}),
    settingType,
  });
}

/** True when the slot stands inside `{{#each upstreams}}` of the file that declares it for a language. */
function isCalledPerUpstream(slot: string, language: string | undefined): boolean {
  return owners.some((owner) =>
    owner.files.some((file) => {
      const written = languages.includes(owner.id) ? owner.id : file.template.split('/')[0];
      if (language !== undefined && written !== language && written !== 'deploy') return false;
      if (!file.slots.some(({ name }) => name === slot)) return false;
      const text = source.sources.get(`${owner.id}/${file.template}`) ?? '';
      const before = text.slice(0, text.indexOf(`{{> ${slot}}}`));
      return before.lastIndexOf('{{#each upstreams}}') > before.lastIndexOf('{{/each}}');
    }),
  );
}
