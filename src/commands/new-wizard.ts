import { resolve as resolvePath } from 'node:path';

import type { Host } from '../io/host.js';
import { requireVacant } from '../io/new-project.js';
import type { Prompts } from '../io/prompts.js';
import type { Catalog } from '../model/catalog.js';
import { suggestScheme } from '../transports/address.js';
import { ToolError } from '../model/errors.js';
import { findNameProblem } from '../model/names.js';
import { settingValueSchema } from '../model/setting-schema.js';
import { parseAssignment } from '../stages/parse-assignment.js';
import { placeholderImage, serviceSettings } from '../stages/service-settings.js';
import { askMesh } from './ask-mesh.js';
import {
  chooseByFlags,
  defaultModule,
  requireFreeName,
  type ChosenService,
} from './new-choices.js';
import type { NewServiceOptions } from './new-options.js';
import { repeatCommand } from './new-repeat.js';
import { findUpstreamProblem } from './upstream-argument.js';
import { findLanguage } from '../verify/find-language.js';

/**
 * Asks for what the flags leave open. The answers become flags, so that both ways are checked alike
 * and the last line can repeat the run.
 *
 * @throws ToolError as {@link chooseByFlags}; exit 130 on Ctrl-C, exit 4 when the input ends
 */
export async function askForService(
  given: NewServiceOptions,
  catalog: Catalog,
  host: Host,
): Promise<ChosenService> {
  const prompts = await host.loadPrompts();
  const name = given.name ?? (await askName(given, prompts, host));
  const language = given.language ?? (await askLanguage(catalog, prompts, host));
  requireFreeName(name, language, catalog);
  const module = given.module ?? (await askModule(name, language, { catalog, prompts }));
  const transport = given.transport ?? (await askTransport(language, { catalog, prompts }));
  const capabilities = await askCapabilities(given, catalog, prompts);
  const mesh = await askMesh(given.set ?? [], capabilities, { catalog, prompts });
  const upstream = given.upstream ?? (await askUpstreams(prompts));
  const set = [
    ...(given.set ?? []),
    ...mesh,
    ...(await askPlaceholders(given, { name, capabilities }, { catalog, prompts })),
  ];
  const answers = {
    ...given,
    name,
    language,
    module,
    transport,
    all: false,
    with: capabilities,
    upstream,
    set,
  };
  return { ...chooseByFlags(answers, catalog), repeat: repeatCommand(answers) };
}

async function askName(given: NewServiceOptions, prompts: Prompts, host: Host): Promise<string> {
  return await prompts.askText({
    message: 'Name of the service',
    placeholder: 'orders',
    findProblem: (text) => {
      const problem = findNameProblem(text);
      if (problem !== undefined) {
        return problem.suggestion === ''
          ? problem.reason
          : `${problem.reason}; try ${problem.suggestion}`;
      }
      return given.dir === undefined ? findTargetProblem(resolvePath(host.cwd, text)) : undefined;
    },
  });
}

function findTargetProblem(root: string): string | undefined {
  try {
    requireVacant(root);
    return undefined;
  } catch (error) {
    if (error instanceof ToolError) return error.message;
    throw error;
  }
}

async function askLanguage(catalog: Catalog, prompts: Prompts, host: Host): Promise<string> {
  const [only, ...others] = catalog.languages;
  if (only !== undefined && others.length === 0) return only.language;
  const found = await findLanguage(catalog, host.env).catch(() => undefined);
  const initial = found?.language;
  return await prompts.askOne({
    message: 'Language',
    choices: catalog.languages.map(({ language, title }) => ({ value: language, label: title })),
    ...(initial === undefined ? {} : { initial }),
  });
}

type Source = { readonly catalog: Catalog; readonly prompts: Prompts };

async function askModule(
  name: string,
  language: string,
  { catalog, prompts }: Source,
): Promise<string> {
  const declared = catalog.languages.find((template) => template.language === language)?.module;
  const pattern = new RegExp(declared?.pattern ?? '');
  return await prompts.askText({
    message: 'Module',
    initial: defaultModule(name, language, catalog),
    findProblem: (text) =>
      pattern.test(text) ? undefined : `must be ${declared?.doc ?? 'a module'}`,
  });
}

/** @returns undefined where the language has one way only */
async function askTransport(
  language: string,
  { catalog, prompts }: Source,
): Promise<string | undefined> {
  const template = catalog.languages.find((candidate) => candidate.language === language);
  const [usual, ...others] = template?.transports.serves ?? [];
  if (usual === undefined || others.length === 0) return undefined;
  const chosen = await prompts.askOne({
    message: 'How is it called?',
    choices: [usual, ...others].map((id) => ({ value: id, label: id })),
    initial: usual,
  });
  return chosen === usual ? undefined : chosen;
}

async function askCapabilities(
  given: NewServiceOptions,
  catalog: Catalog,
  prompts: Prompts,
): Promise<readonly string[]> {
  const sorted = [...catalog.capabilities].sort((a, b) => a.order - b.order);
  if (given.all === true) return sorted.map(({ id }) => id);
  if (given.with !== undefined) return given.with;
  const chosen = await prompts.askSeveral({
    message: 'Capabilities',
    choices: sorted.map(({ id, summary }) => ({ value: id, label: id, hint: summary })),
    initial: [],
  });
  const suggestions = sorted
    .filter(({ id }) => chosen.includes(id))
    .flatMap(({ id, suggests }) => suggests.map((other) => ({ ...other, by: id })))
    .filter(
      ({ id }, index, all) =>
        !chosen.includes(id) && all.findIndex((other) => other.id === id) === index,
    );
  if (suggestions.length === 0) return chosen;
  const more = await prompts.askSeveral({
    message: 'These go well with them',
    choices: suggestions.map(({ id, reason }) => ({ value: id, label: id, hint: reason })),
    initial: [],
  });
  return [...chosen, ...more];
}

/** @returns undefined for the sample */
async function askUpstreams(prompts: Prompts): Promise<readonly string[] | undefined> {
  const answer = await prompts.askOne({
    message: 'Which services does it call?',
    choices: [
      { value: 'sample', label: 'a sample', hint: 'one upstream, to see what is generated' },
      { value: 'declare', label: 'I name them' },
      { value: 'none', label: 'none', hint: 'what works per upstream then generates nothing' },
    ],
    initial: 'sample',
  });
  if (answer === 'sample') return undefined;
  if (answer === 'none') return ['none'];
  const declared: string[] = [];
  for (;;) {
    const text = await prompts.askText({
      message: declared.length === 0 ? 'Upstream' : 'Next upstream (empty: no more)',
      placeholder: 'inventory=http://inventory.shop.svc.cluster.local:8080',
      findProblem: (typed) => {
        if (typed === '' && declared.length > 0) return undefined;
        const [name = '', ...url] = typed.split('=');
        if (url.length === 0) return 'must have the form NAME=URL';
        if (declared.some((other) => other.startsWith(`${name}=`)))
          return `${name} is declared already`;
        const address = url.join('=');
        const problem = findUpstreamProblem({ name, url: address });
        return problem && problem + suggestScheme(address);
      },
    });
    if (text === '') return declared;
    declared.push(text);
  }
}

/** Settings whose default nobody can deploy; keeping the placeholder is an answer. */
async function askPlaceholders(
  given: NewServiceOptions,
  { name, capabilities }: { readonly name: string; readonly capabilities: readonly string[] },
  { catalog, prompts }: Source,
): Promise<readonly string[]> {
  const set = (given.set ?? []).map((text) => parseAssignment(text, catalog));
  const isSet = (id: string, key: string) =>
    set.some(({ section, path }) => section === id && path[0] === key);
  const answers: string[] = [];
  for (const { id, key, doc, initial, schema } of listPlaceholders(name, capabilities, catalog)) {
    if (isSet(id, key)) continue;
    const answer = await prompts.askText({
      message: `${id}.${key}: ${doc}`,
      initial,
      findProblem: (text) => schema.safeParse(text).error?.issues[0]?.message,
    });
    if (answer !== initial) answers.push(`${id}.${key}=${answer}`);
  }
  return answers;
}

function listPlaceholders(name: string, capabilities: readonly string[], catalog: Catalog) {
  const { schema, doc } = serviceSettings.image;
  const image = { id: 'service', key: 'image', doc, initial: placeholderImage(name), schema };
  const chosen = catalog.capabilities.filter(({ id }) => capabilities.includes(id));
  const others = chosen.flatMap(({ id, settings }) =>
    Object.entries(settings).flatMap(([key, setting]) => {
      if (setting.type === 'object' || !setting.placeholder) return [];
      const { doc, default: initial } = setting;
      const schema = settingValueSchema(setting);
      return typeof initial === 'string' ? [{ id, key, doc, initial, schema }] : [];
    }),
  );
  return [...others, image];
}
