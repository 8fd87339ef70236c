import * as z from 'zod/mini';

import type { Catalog } from '../model/catalog.js';
import { inputError } from '../model/errors.js';
import { pascalCase } from '../model/names.js';
import { variableTypes, type OwnVariable, type VariableType } from '../model/own-variable.js';
import type { SettingValue } from '../model/request.js';
import type { LeafSetting } from '../model/setting.js';
import { describeAllowed, settingValueSchema } from '../model/setting-schema.js';
import { didYouMean } from '../model/suggest.js';
import { hasInvisible, quote } from '../model/text.js';
import { variableNames } from './variables.js';

/** A process has a few dozen settings; a Deployment of more is a mistake of a generator. */
const mostVariables = 200;
/** Kubernetes allows more; a shell, and every language's identifiers, do not. */
export const NAME = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/;
const NAME_FORM = 'upper-case letters, digits and single "_", such as PAGE_SIZE';
/** Names of Secrets and ConfigMaps, and of their keys (kubernetes.io, "Object Names"; validation of ConfigMap.data). */
const OBJECT_NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;
const KEY = /^[\w.-]{1,253}$/;
/** Prefixes of what the manifests, the templates and Kubernetes set by themselves. */
const RESERVED = ['SERVICE_', 'UPSTREAM_', 'OTEL_', 'POD_', 'NODE_', 'KUBERNETES_'];

const common = { doc: '', env: false, placeholder: false } as const;

/** What the value of each type may be, as a setting of a capability would. */
const settings: Readonly<Record<VariableType, LeafSetting>> = {
  text: { ...common, was: [], type: 'string', maxLength: 4_096 },
  integer: { ...common, was: [], type: 'integer', min: -2_147_483_648, max: 2_147_483_647 },
  number: { ...common, was: [], type: 'number', min: -1e15, max: 1e15 },
  boolean: { ...common, was: [], type: 'boolean' },
  duration: { ...common, was: [], type: 'duration', min: '0s', max: '8760h' },
  url: { ...common, was: [], type: 'url' },
};

/** The setting whose values a variable of a type takes. */
export function settingOf(type: VariableType): LeafSetting {
  return settings[type];
}

const keySchema = z.string({ error: 'must be text' }).check(
  z.regex(KEY, {
    error: 'must be a key of letters, digits, ".", "-" and "_"',
  }),
);
const objectSchema = z
  .string({ error: 'must be text' })
  .check(z.regex(OBJECT_NAME, { error: 'must be the name of an object, in lower case' }));

const sourceSchema = z.union(
  [
    z.strictObject({ secret: objectSchema, key: keySchema }),
    z.strictObject({ configMap: objectSchema, key: keySchema }),
  ],
  { error: 'must be { secret: NAME, key: KEY } or { configMap: NAME, key: KEY }' },
);

const valueSchema = z.union([z.string(), z.number(), z.boolean()], {
  error: 'must be text, a number, true or false',
});

const variableSchema = z.strictObject(
  {
    name: z
      .string({ error: 'must be text' })
      .check(z.regex(NAME, { error: `must be ${NAME_FORM}` })),
    type: z._default(
      z.enum(variableTypes, { error: `must be one of ${variableTypes.join(', ')}` }),
      'text',
    ),
    default: z.optional(valueSchema),
    from: z.optional(sourceSchema),
    doc: z.string({ error: 'must say what the variable is for' }).check(
      z.minLength(1, { error: 'must say what the variable is for' }),
      z.maxLength(200, { error: 'must be at most 200 characters' }),
      z.refine((doc) => !hasInvisible(doc), { error: 'must be one line' }),
    ),
  },
  {
    error: (issue) =>
      issue.code === 'invalid_type'
        ? 'must be a map such as { name: PAGE_SIZE, type: integer, default: 50, doc: Items of a page. }'
        : undefined,
  },
);

/** `service.variables`: a list of declarations. */
export const ownVariablesSchema = z
  .array(variableSchema, { error: 'must be a list of variables, each a map with name and doc' })
  .check(
    z.maxLength(mostVariables, { error: `must hold at most ${mostVariables} variables` }),
    z.superRefine((variables, context) => {
      for (const [index, problem] of problemsOf(variables)) {
        context.addIssue({ code: 'custom', path: [index, problem.key], ...problem });
      }
    }),
  );

/** `environments.NAME.service.variables`: values by name. */
export const ownValuesSchema = z.record(z.string(), valueSchema, {
  error: 'must be a map of values by name, such as { PAGE_SIZE: 20 }',
});

type Written = z.infer<typeof variableSchema>;
type Problem = { readonly key: string; readonly message: string; readonly input: unknown };

function* problemsOf(variables: readonly Written[]): Generator<readonly [number, Problem]> {
  const seen = new Map<string, string>();
  for (const [index, variable] of variables.entries()) {
    const problem = nameProblem(variable.name, seen) ?? valueProblem(variable);
    if (problem !== undefined) yield [index, problem];
  }
}

function nameProblem(name: string, seen: Map<string, string>): Problem | undefined {
  const of = (message: string): Problem => ({ key: 'name', message, input: name });
  const prefix = RESERVED.find((start) => name.startsWith(start));
  if (prefix !== undefined)
    return of(`must not start with ${prefix}: such variables are set elsewhere`);
  const identifier = pascalCase(name.toLowerCase().replaceAll('_', '-'));
  const other = seen.get(identifier);
  seen.set(identifier, name);
  if (other === undefined) return undefined;
  return of(
    other === name
      ? 'must not be declared twice'
      : `becomes the same identifier as ${other}, ${identifier}: rename one of them`,
  );
}

function valueProblem({ type, from, ...variable }: Written): Problem | undefined {
  const value = variable.default;
  if (from !== undefined && 'secret' in from && type !== 'text') {
    return { key: 'type', message: 'must be text: nothing else comes from a Secret', input: type };
  }
  const of = (message: string): Problem => ({ key: 'default', message, input: value });
  if (value === undefined) {
    if (from !== undefined) return undefined;
    return of('is missing: a variable needs a default, or a Secret or ConfigMap under "from"');
  }
  if (from !== undefined && 'secret' in from) {
    // At `from`, so that no message shows the default.
    const message = 'is a Secret: remove the default, which would be in scaffold.yaml and in code';
    return { key: 'from', message, input: from };
  }
  const setting = settingOf(type);
  const isValid = settingValueSchema(setting).safeParse(value).success;
  return isValid ? undefined : of(`must be ${describeAllowed(setting)}`);
}

/** @returns the declared variables with defaults in base units; the schema has accepted them */
export function readOwnVariables(written: readonly Written[] = []): readonly OwnVariable[] {
  return written.map((variable) => ({
    ...variable,
    default:
      variable.default === undefined ? undefined : baseValue(variable.type, variable.default),
  }));
}

function baseValue(type: VariableType, value: string | number | boolean): SettingValue {
  return settingValueSchema(settingOf(type)).parse(value);
}

/**
 * The variables with what an environment sets.
 *
 * @throws ToolError `invalid-request` (exit 2): a variable that is not declared, a value of another type, one for a
 *   variable that a Secret holds
 */
export function overrideVariables(
  variables: readonly OwnVariable[],
  values: Readonly<Record<string, string | number | boolean>>,
  environment: string,
): readonly OwnVariable[] {
  const names = variables.map(({ name }) => name);
  for (const [name, value] of Object.entries(values)) {
    const variable = variables.find((one) => one.name === name);
    const at = `environments.${environment}.service.variables.${name}`;
    if (variable === undefined) {
      throw inputError(
        'invalid-request',
        `${at} sets a variable that is not declared.${didYouMean(name, names)}`,
        'Declare it under service.variables, with what it is for.',
      );
    }
    if (variable.from !== undefined && 'secret' in variable.from) {
      throw inputError(
        'invalid-request',
        `${at} would put what the Secret ${quote(variable.from.secret)} holds into the manifests.`,
        'Put the value into the Secret of that environment.',
      );
    }
    const setting = settingOf(variable.type);
    if (settingValueSchema(setting).safeParse(value).success) continue;
    throw inputError(
      'invalid-request',
      `${at}: ${quote(String(value))} must be ${describeAllowed(setting)}.`,
    );
  }
  return variables.map((variable) => {
    const value = values[variable.name];
    return value === undefined ? variable : { ...variable, value: baseValue(variable.type, value) };
  });
}

/**
 * Refuses names that the templates of a capability read, whether the service has it or not: adding one later must
 * not give a variable two meanings.
 *
 * @throws ToolError `variable-taken` (exit 2)
 */
export function refuseTakenVariables(
  variables: readonly OwnVariable[] = [],
  { capabilities }: Catalog,
): void {
  for (const { name } of variables) {
    const owner = capabilities.find((manifest) => variableNames(manifest).includes(name));
    if (owner === undefined) continue;
    throw inputError(
      'variable-taken',
      `service.variables: ${quote(name)} is a variable of the capability ${owner.id}.`,
      'Rename it.',
    );
  }
}
