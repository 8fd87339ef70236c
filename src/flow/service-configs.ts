import type { Value } from '../model/control.js';
import { perSelector } from './selector.js';

/** A retryPolicy of a service config that clients read from a variable. */
export type RetryPolicy = {
  /** The workload's target. */
  readonly target: string;
  readonly variable: string;
  readonly place: Value<string>['place'];
  /** Services and methods that it is for, as `service/method`; `*` for all. */
  readonly names: readonly string[];
  /** The first try included. */
  readonly maxAttempts: number;
  /** Codes that are repeated, as JSON has them. */
  readonly codes: readonly string[];
};

type Data = Readonly<Record<string, unknown>>;

/**
 * Retry policies in variables of workloads whose text is a gRPC service config: JSON with `methodConfig[].retryPolicy`.
 * A ConfigMap's data count where containers take them as variables.
 */
export const retryPolicies = perSelector((all): readonly RetryPolicy[] =>
  all('mesh/workload').flatMap(({ target, values }) =>
    [...values.variables].flatMap(([variable, value]) =>
      methodConfigsOf(value.value).flatMap((config): readonly RetryPolicy[] => {
        const { maxAttempts, retryableStatusCodes } = asData(config['retryPolicy']);
        if (typeof maxAttempts !== 'number') return [];
        const names = asList(config['name']).map((name) => nameOf(asData(name)));
        const codes = asList(retryableStatusCodes).filter((code) => typeof code === 'string');
        return [{ target, variable, place: value.place, names, maxAttempts, codes }];
      }),
    ),
  ),
);

function methodConfigsOf(text: string): readonly Data[] {
  if (!text.includes('"methodConfig"')) return [];
  try {
    return asList(asData(JSON.parse(text))['methodConfig']).map(asData);
  } catch {
    // Not JSON: what clients make of it is theirs to say.
    return [];
  }
}

function nameOf({ service, method }: Data): string {
  if (typeof service !== 'string' || service === '') return '*';
  return typeof method === 'string' ? `${service}/${method}` : service;
}

function asData(value: unknown): Data {
  return typeof value === 'object' && value !== null ? (value as Data) : {};
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
