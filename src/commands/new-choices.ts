import type { Catalog } from '../model/catalog.js';
import { exitCodes, inputError, ToolError } from '../model/errors.js';
import { findNameProblem, type NameProblem } from '../model/names.js';
import { quote } from '../model/text.js';
import type { Choices } from '../stages/compose-request.js';
import { parseAssignment } from '../stages/parse-assignment.js';
import { findReservedProblem } from '../stages/reserved-name.js';
import { unknownCapability } from '../stages/resolve.js';
import { unknownLanguage } from '../stages/suggest-language.js';
import { parseUpstreams, SAMPLE } from './upstream-argument.js';

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
  const language = checkLanguage(flags.language, catalog);
  const name = requireName(flags.name);
  requireFreeName(name, language, catalog);
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
  throw invalidName(name, problem);
}

/** @throws ToolError `invalid-name` (exit 2) for a name that the language keeps for itself */
export function requireFreeName(name: string, language: string, catalog: Catalog): void {
  const problem = findReservedProblem(name, language, catalog);
  if (problem !== undefined) throw invalidName(name, problem);
}

function invalidName(name: string, { reason, suggestion }: NameProblem): ToolError {
  return inputError(
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
  throw unknownLanguage(language, catalog);
}
