import {
  asBlock,
  insertEntry,
  keysAt,
  removeEntry,
  removePaths,
  replaceSection,
} from '../manifests/edit-section.js';
import type { YamlPath } from '../manifests/edit-yaml.js';
import type { Catalog } from '../model/catalog.js';
import { composeUpstream, writeCapability } from './compose-request.js';
import type { Assignment } from './parse-assignment.js';
import { helpers } from './quoting.js';
import type { SampleMethods } from './sample-methods.js';

/**
 * Changes of scaffold.yaml as a person would make them: whole lines come and go, every other byte stays.
 * A section in flow style (`{ a: {} }`) is rewritten as a block first.
 */

/** Adds capabilities, each in its place by order, with the placeholders that somebody must fill. */
export function addCapabilities(
  text: string,
  ids: readonly string[],
  {
    assignments,
    catalog,
  }: { readonly assignments: readonly Assignment[]; readonly catalog: Catalog },
): string {
  const orderOf = (id: string): number =>
    catalog.capabilities.find((manifest) => manifest.id === id)?.order ?? Number.MAX_SAFE_INTEGER;
  return ids.reduce((current, id) => {
    const manifest = catalog.capabilities.find((candidate) => candidate.id === id);
    if (manifest === undefined) throw new Error(`no capability ${id}`);
    const block = asBlock(current, 'capabilities', 'upstreams');
    const next = keysAt(block, ['capabilities']).find((other) => orderOf(other) > orderOf(id));
    return insertEntry(block, {
      section: 'capabilities',
      before: next,
      lines: writeCapability(manifest, assignments),
    });
  }, text);
}

/** Removes capabilities and what overrides them for upstreams and environments. */
export function removeCapabilities(text: string, ids: readonly string[], catalog: Catalog): string {
  return ids.reduce((current, id) => {
    const key = catalog.capabilities.find((manifest) => manifest.id === id)?.upstreamKey;
    const without = removeEntry(asBlock(current, 'capabilities', 'upstreams'), 'capabilities', id);
    return removeOverrides(without, id, key);
  }, text);
}

/** Adds an upstream behind those that are there, with the methods that it has. */
export function addUpstream(
  text: string,
  upstream: { readonly name: string; readonly url: string },
  methods: SampleMethods = [],
): string {
  const block = asBlock(text, 'upstreams', 'environments');
  return insertEntry(block, {
    section: 'upstreams',
    before: undefined,
    lines: composeUpstream(upstream, methods),
  });
}

/** Removes an upstream, also from environments. */
export function removeUpstream(text: string, name: string): string {
  return removeEnvironmentUpstream(
    removeEntry(asBlock(text, 'upstreams', 'environments'), 'upstreams', name),
    name,
  );
}

/** Writes `tool.source`, in place of one that is there. */
export function setToolSource(text: string, source: Readonly<Record<string, string>>): string {
  return replaceSection(text, 'tool', {
    value: { source },
    lines: [
      'tool:',
      '  source:',
      ...Object.entries(source).map(([key, value]) => `    ${key}: ${helpers.yaml(value)}`),
    ],
  });
}

function removeOverrides(text: string, id: string, upstreamKey: string | undefined): string {
  const overridesIn = (section: YamlPath): YamlPath[] =>
    upstreamKey === undefined
      ? []
      : keysAt(text, section).map((_, index) => [...section, index, upstreamKey]);
  const paths = keysAt(text, ['environments']).flatMap((name) => [
    ['environments', name, 'capabilities', id],
    ...overridesIn(['environments', name, 'upstreams']),
  ]);
  return removePaths(text, [...paths, ...overridesIn(['upstreams'])]);
}

function removeEnvironmentUpstream(text: string, name: string): string {
  const paths = keysAt(text, ['environments']).flatMap((environment) => {
    const path = ['environments', environment, 'upstreams'];
    const index = keysAt(text, path).indexOf(name);
    return index === -1 ? [] : [[...path, index]];
  });
  return removePaths(text, paths);
}
