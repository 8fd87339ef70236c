import { addressOf, findHostProblem } from '../model/address.js';
import type { Catalog } from '../model/catalog.js';
import { exitCodes, inputError, ToolError } from '../model/errors.js';
import { findNameProblem } from '../model/names.js';
import { didYouMean } from '../model/suggest.js';
import { quote } from '../model/text.js';
import type { Choices } from '../stages/compose-request.js';
import { parseAssignment } from '../stages/parse-assignment.js';
import { unknownCapability } from '../stages/resolve.js';

/** The flags of `new service` that decide what is made. */
export type ChoiceFlags = {
  readonly name?: string | undefined;
  readonly language?: string | undefined;
  readonly with?: readonly string[] | undefined;
  readonly all?: boolean | undefined;
  readonly module?: string | undefined;
  readonly upstream?: readonly string[] | undefined;
  readonly set?: readonly string[] | undefined;
};

/** Everything that is chosen when nobody has to be asked any more. */
export type ChosenService = Choices & {
  /** True when the upstream was not declared. */
  readonly hasSample: boolean;
  /** The command that repeats an interactive run; absent after any other. */
  readonly repeat: string | undefined;
};

export type NamedUrl = { readonly name: string; readonly url: string };

/** The sample that a service without a declared upstream calls, so that there is something to see. */
const SAMPLE = { name: 'inventory', url: 'http://inventory.shop.svc.cluster.local:8080' };
const SAMPLE_FOR_ITSELF = { name: 'pricing', url: 'http://pricing.shop.svc.cluster.local:8080' };

/**
 * Checks flags one by one, so that an error names the flag.
 *
 * @throws ToolError exit 2 for a bad value, exit 4 for a missing name
 */
export function chooseByFlags(
  flags: ChoiceFlags & { readonly language: string },
  catalog: Catalog,
): ChosenService {
  const name = requireName(flags.name);
  const upstreams = flags.upstream === undefined ? undefined : parseUpstreams(flags.upstream);
  const capabilities = chooseCapabilities(flags, catalog);
  const assignments = (flags.set ?? []).map((text) => parseAssignment(text, catalog));
  for (const { section, path } of assignments) {
    if (section === 'service' || capabilities.includes(section)) continue;
    throw inputError(
      'override-without-capability',
      `--set ${section}.${path.join('.')}: the capability ${section} is not chosen.`,
      `Add it: --with ${[...capabilities, section].join(',')}`,
    );
  }
  const language = checkLanguage(flags.language, catalog);
  const sample = name === SAMPLE.name ? SAMPLE_FOR_ITSELF : SAMPLE;
  return {
    name,
    language,
    module: flags.module ?? defaultModule(name, language, catalog),
    capabilities,
    upstreams: upstreams ?? [sample],
    assignments,
    hasSample: upstreams === undefined,
    repeat: undefined,
  };
}

export function defaultModule(name: string, language: string, catalog: Catalog): string {
  const template = catalog.languages.find((candidate) => candidate.language === language);
  return template?.module.default.replace('{name}', name) ?? name;
}

function requireName(name: string | undefined): string {
  if (name === undefined) {
    throw new ToolError({
      code: 'input-needed',
      exitCode: exitCodes.inputNeeded,
      message: 'NAME is missing, and there is nobody to ask.',
      hint: 'Give it as an argument: npx meshwright new service NAME',
    });
  }
  const problem = findNameProblem(name);
  if (problem === undefined) return name;
  const { reason, suggestion } = problem;
  throw inputError(
    'invalid-name',
    `${quote(name)} is not a service name: ${reason}.`,
    suggestion === '' ? '' : `try: ${suggestion}`,
  );
}

function chooseCapabilities(flags: ChoiceFlags, catalog: Catalog): readonly string[] {
  const known = catalog.capabilities.map(({ id }) => id);
  if (flags.all === true) return known;
  const asked = [...new Set(flags.with ?? [])];
  for (const id of asked) {
    if (!known.includes(id)) throw unknownCapability(id, known);
  }
  return asked;
}

function checkLanguage(language: string, catalog: Catalog): string {
  const known = catalog.languages.map((template) => template.language);
  if (known.includes(language)) return language;
  throw inputError(
    'unknown-language',
    `there is no language ${quote(language)}.${didYouMean(language, known)}`,
    `Languages: ${known.join(', ')}.`,
  );
}

/** Reads `NAME=URL` values; `none` alone means no upstream. */
export function parseUpstreams(texts: readonly string[]): readonly NamedUrl[] {
  if (texts.includes('none')) {
    if (texts.length > 1) {
      throw inputError('invalid-upstream', '--upstream none cannot stand beside other upstreams.');
    }
    return [];
  }
  return texts.map((text) => {
    const equals = text.indexOf('=');
    const problem =
      equals < 0
        ? 'must have the form NAME=URL, or be none'
        : findUpstreamProblem({ name: text.slice(0, equals), url: text.slice(equals + 1) });
    if (problem !== undefined) {
      throw inputError(
        'invalid-upstream',
        `--upstream ${quote(text)}: ${problem}.`,
        `For example --upstream ${SAMPLE.name}=${SAMPLE.url}`,
      );
    }
    return { name: text.slice(0, equals), url: text.slice(equals + 1) };
  });
}

/** Why an upstream cannot be declared like this, or undefined. */
export function findUpstreamProblem({ name, url }: NamedUrl): string | undefined {
  const nameProblem = findNameProblem(name);
  if (nameProblem !== undefined) return `${quote(name)} is not a name: ${nameProblem.reason}`;
  const address = addressOf(url);
  if (address === undefined) {
    return `${quote(url)} must be an http or https URL with a host name, without credentials, query or fragment`;
  }
  const hostProblem = findHostProblem(address.host);
  return hostProblem === undefined
    ? undefined
    : `${quote(address.host)} must be a full host name such as inventory.shop.svc.cluster.local: ${hostProblem}`;
}
