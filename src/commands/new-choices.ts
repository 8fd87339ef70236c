import type { Catalog } from '../model/catalog.js';
import { exitCodes, inputError, ToolError } from '../model/errors.js';
import type { TemplateManifest } from '../model/manifest.js';
import { findNameProblem, type NameProblem } from '../model/names.js';
import { didYouMean } from '../model/suggest.js';
import { quote } from '../model/text.js';
import type { Choices } from '../stages/compose-request.js';
import { parseAssignment } from '../stages/parse-assignment.js';
import { findReservedProblem } from '../stages/reserved-name.js';
import { unknownCapability } from '../stages/resolve.js';
import { unknownLanguage } from '../stages/suggest-language.js';
import { transportIds } from '../stages/transport-schema.js';
import { transportNamed } from '../transports/transports.js';
import { parseUpstreams, SAMPLE, type NamedUrl } from './upstream-argument.js';

/** The flags of `new service` that decide what is made. */
export type ChoiceFlags = {
  readonly name?: string | undefined;
  readonly language?: string | undefined;
  readonly with?: readonly string[] | undefined;
  readonly all?: boolean | undefined;
  readonly module?: string | undefined;
  readonly transport?: string | undefined;
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

/** The sample upstream: called as the service itself is, where the language can. */
function sampleFor(
  name: string,
  transport: string | undefined,
  template: TemplateManifest | undefined,
): NamedUrl {
  const sample = name === SAMPLE.name ? SAMPLE_FOR_ITSELF : SAMPLE;
  if (transport === undefined || template?.transports.calls.includes(transport) !== true)
    return sample;
  const [scheme = ''] = Object.keys(transportNamed(transport).schemes);
  return { ...sample, url: sample.url.replace(/^\w+/, scheme) };
}

function findTemplate(language: string, catalog: Catalog): TemplateManifest | undefined {
  return catalog.languages.find((candidate) => candidate.language === language);
}

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
  const transport = flags.transport === undefined ? undefined : checkTransport(flags.transport);
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
  const sample = sampleFor(name, transport, findTemplate(language, catalog));
  return {
    name,
    language,
    module: flags.module ?? defaultModule(name, language, catalog),
    transport,
    capabilities,
    upstreams: upstreams ?? [sample],
    assignments,
    hasSample: upstreams === undefined,
    repeat: undefined,
  };
}

export function defaultModule(name: string, language: string, catalog: Catalog): string {
  const template = findTemplate(language, catalog);
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

function checkTransport(transport: string): string {
  const ids: readonly string[] = transportIds;
  if (ids.includes(transport)) return transport;
  throw inputError(
    'invalid-transport',
    `--transport ${quote(transport)} must be ${ids.join(' or ')}.${didYouMean(transport, ids)}`,
    `For example --transport ${ids[0] ?? ''}`,
  );
}

function checkLanguage(language: string, catalog: Catalog): string {
  const known = catalog.languages.map((template) => template.language);
  if (known.includes(language)) return language;
  throw unknownLanguage(language, catalog);
}
