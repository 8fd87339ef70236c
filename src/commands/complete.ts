import type { Command, Option } from 'commander';

import type { DeclaredNames } from '../io/declared-names.js';
import type { Host } from '../io/host.js';
import type { Catalog } from '../model/catalog.js';
import { exitCodes } from '../model/errors.js';
import type { Setting } from '../model/setting.js';
import { listSettings } from '../report/setting-rows.js';
import { serviceKeys, serviceSettings } from '../stages/service-settings.js';
import { transportIds } from '../stages/transport-schema.js';
import type { Outcome } from './outcome.js';
import { buildProgram } from './program.js';

type Candidate = { readonly text: string; readonly hint?: string };

/** Where candidates come from. What is a function is read only when a word asks for it. */
export type CandidateSources = {
  readonly catalog: Catalog;
  /** Of the service in the current folder. */
  readonly declared: () => Promise<DeclaredNames>;
};

/** Candidates for the last word of a command line, one a line, with a hint after a tab. */
export async function complete(words: readonly string[], host: Host): Promise<Outcome> {
  const line = words.join(' ');
  const declared = async () =>
    (await import('../io/declared-names.js')).readDeclaredNames(host.cwd);
  const text = (await listCandidates(line, { catalog: host.loadCatalog(), declared }))
    .map(({ text: candidate, hint }) => (hint === undefined ? candidate : `${candidate}\t${hint}`))
    .map((row) => `${row}\n`)
    .join('');
  return { exitCode: exitCodes.clean, document: {}, text: () => text };
}

/** What could stand in place of the last word of a line, which may be empty. */
export async function listCandidates(
  line: string,
  sources: CandidateSources,
): Promise<readonly Candidate[]> {
  const words = line.split(/\s+/);
  const current = words.at(-1) ?? '';
  const before = words.slice(1, -1);
  const { command, rest } = findCommand(
    buildProgram(() => undefined),
    before,
  );
  const expected = findOption(command, rest.at(-1) ?? '');
  if (expected?.required === true)
    return matching(current, await valuesOf(expected, current, sources));

  const inline = /^(--[a-z-]+)=(.*)$/s.exec(current);
  if (inline !== null) {
    const [, name = '', value = ''] = inline;
    const option = findOption(command, name);
    if (option === undefined) return [];
    const values = (await valuesOf(option, value, sources)).map((candidate) => ({
      ...candidate,
      text: `${name}=${candidate.text}`,
    }));
    return matching(current, values);
  }
  if (current.startsWith('-')) return matching(current, optionsOf(command));
  const inner = command.commands.filter((child) => !child.name().startsWith('_'));
  if (inner.length > 0) {
    return matching(
      current,
      inner.map((child) => ({ text: child.name(), hint: child.description() })),
    );
  }
  return matching(current, await argumentsOf(command, sources));
}

/** The innermost command that is named, and the words after its name. */
function findCommand(
  program: Command,
  words: readonly string[],
): { command: Command; rest: readonly string[] } {
  let command = program;
  for (const [index, word] of words.entries()) {
    const child = command.commands.find((candidate) => candidate.name() === word);
    if (child === undefined) return { command, rest: words.slice(index) };
    command = child;
  }
  return { command, rest: [] };
}

function findOption(command: Command, name: string): Option | undefined {
  return command.options.find((option) => option.long === name || option.short === name);
}

function optionsOf(command: Command): Candidate[] {
  return command.options.map(({ long, short, description }) => ({
    text: long ?? short ?? '',
    hint: description,
  }));
}

async function argumentsOf(
  command: Command,
  { catalog, declared }: CandidateSources,
): Promise<readonly Candidate[]> {
  const [argument] = command.registeredArguments;
  if (argument?.argChoices !== undefined) return argument.argChoices.map((text) => ({ text }));
  switch (argument?.name()) {
    case 'CAPABILITY':
      return capabilityCandidates(catalog);
    case 'UPSTREAM':
      return asCandidates((await declared()).upstreams);
    case 'CODE': {
      // The rules are loaded only for those who ask for one.
      const { rules } = await import('../meshes/found/rules.js');
      return rules.map(({ code, title }) => ({ text: code, hint: title }));
    }
    default:
      return [];
  }
}

function asCandidates(names: readonly string[]): Candidate[] {
  return names.map((text) => ({ text }));
}

async function valuesOf(
  option: Option,
  current: string,
  { catalog, declared }: CandidateSources,
): Promise<readonly Candidate[]> {
  switch (option.long) {
    case '--with': {
      const chosen = current.split(',').slice(0, -1);
      return capabilityCandidates(catalog)
        .filter(({ text }) => !chosen.includes(text))
        .map(({ text, hint }) => ({ text: [...chosen, text].join(','), hint }));
    }
    case '--language':
      return catalog.languages.map(({ language, title }) => ({ text: language, hint: title }));
    case '--transport':
      return asCandidates(transportIds);
    case '--upstream':
      return [{ text: 'none', hint: 'no upstream' }];
    case '--set':
      return settingCandidates(current, catalog);
    case '--env':
      return asCandidates((await declared()).environments);
    default:
      return asCandidates(option.argChoices ?? []);
  }
}

function capabilityCandidates(
  catalog: Catalog,
): { readonly text: string; readonly hint: string }[] {
  return catalog.capabilities.map(({ id, title }) => ({ text: id, hint: title }));
}

function settingCandidates(current: string, catalog: Catalog): Candidate[] {
  const [name = '', value] = current.split('=', 2);
  if (value === undefined) {
    return [
      ...serviceKeys.map((key) => ({ text: `service.${key}=`, hint: serviceSettings[key].doc })),
      ...catalog.capabilities.flatMap((manifest) =>
        listSettings(manifest).map(({ key, doc }) => ({
          text: `${manifest.id}.${key}=`,
          hint: doc,
        })),
      ),
    ];
  }
  const [id, ...path] = name.split('.');
  let level = catalog.capabilities.find((manifest) => manifest.id === id)?.settings ?? {};
  let setting: Setting | undefined;
  for (const key of path) {
    setting = level[key];
    level = setting?.type === 'object' ? setting.settings : {};
  }
  return setting === undefined
    ? []
    : settingValues(setting).map((text) => ({ text: `${name}=${text}` }));
}

function settingValues(setting: Setting): string[] {
  if (setting.type === 'object') return [];
  if (setting.type === 'enum') return setting.values;
  if (setting.type === 'boolean') return ['true', 'false'];
  if (setting.type === 'list')
    return Array.isArray(setting.default) ? [setting.default.map(String).join(',')] : [];
  return setting.default === undefined ? [] : [String(setting.default)];
}

function matching(current: string, candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.filter(({ text }) => text.startsWith(current));
}
