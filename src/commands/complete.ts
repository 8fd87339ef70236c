import type { Command, Option } from 'commander';

import type { Host } from '../io/host.js';
import type { Catalog } from '../model/catalog.js';
import { exitCodes } from '../model/errors.js';
import type { Setting } from '../model/manifest.js';
import { listSettings } from '../report/setting-rows.js';
import { serviceKeys, serviceSettings } from '../stages/service-settings.js';
import type { Outcome } from './outcome.js';
import { buildProgram } from './program.js';

type Candidate = { readonly text: string; readonly hint?: string };

/** Candidates for the last word of a command line, one a line, with a hint after a tab. */
export function complete(words: readonly string[], host: Host): Outcome {
  const line = words.join(' ');
  const catalog = host.loadCatalog();
  const text = listCandidates(line, catalog)
    .map(({ text: candidate, hint }) => (hint === undefined ? candidate : `${candidate}\t${hint}`))
    .map((row) => `${row}\n`)
    .join('');
  return { exitCode: exitCodes.clean, document: {}, text: () => text };
}

/** What could stand in place of the last word of a line, which may be empty. */
export function listCandidates(line: string, catalog: Catalog): readonly Candidate[] {
  const words = line.split(/\s+/);
  const current = words.at(-1) ?? '';
  const before = words.slice(1, -1);
  const { command, rest } = findCommand(
    buildProgram(() => undefined),
    before,
  );
  const expected = findOption(command, rest.at(-1) ?? '');
  if (expected?.required === true) return matching(current, valuesOf(expected, current, catalog));

  const inline = /^(--[a-z-]+)=(.*)$/s.exec(current);
  if (inline !== null) {
    const [, name = '', value = ''] = inline;
    const option = findOption(command, name);
    if (option === undefined) return [];
    const values = valuesOf(option, value, catalog).map((candidate) => ({
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
  return matching(current, argumentsOf(command, catalog));
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

function argumentsOf(command: Command, catalog: Catalog): Candidate[] {
  const [argument] = command.registeredArguments;
  if (argument?.argChoices !== undefined) return argument.argChoices.map((text) => ({ text }));
  return argument?.name() === 'CAPABILITY' ? capabilityCandidates(catalog) : [];
}

function valuesOf(option: Option, current: string, catalog: Catalog): Candidate[] {
  switch (option.long) {
    case '--with': {
      const chosen = current.split(',').slice(0, -1);
      return capabilityCandidates(catalog)
        .filter(({ text }) => !chosen.includes(text))
        .map(({ text, hint }) => ({ text: [...chosen, text].join(','), hint }));
    }
    case '--language':
      return catalog.languages.map(({ language, title }) => ({ text: language, hint: title }));
    case '--upstream':
      return [{ text: 'none', hint: 'no upstream' }];
    case '--set':
      return settingCandidates(current, catalog);
    default:
      return [];
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
