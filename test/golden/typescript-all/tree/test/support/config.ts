import { expect } from 'vitest';

import { Environment } from '../../src/config/environment.ts';

/** Loads one part of the configuration, as loadConfig does it with all. */
export function loadPart<T>(
  load: (env: Environment) => T,
  variables: Record<string, string | undefined>,
): T {
  const env = new Environment(variables);
  const part = load(env);
  env.throwIfInvalid();
  return part;
}

/** Checks that the values of a variable are taken or refused by an error that says where they stand. */
export function expectRange(
  load: (variables: Record<string, string>) => unknown,
  name: string,
  { accepted, refused }: { accepted: readonly string[]; refused: readonly string[] },
): void {
  for (const value of accepted) expect(() => load({ [name]: value })).not.toThrow();
  for (const value of refused) {
    expect(() => load({ [name]: value })).toThrow(`${name}=${JSON.stringify(value)}: must be `);
  }
}
