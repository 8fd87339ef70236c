import { duration, wholeNumber, type Environment } from './environment.ts';
import { Secret } from './secret.ts';

/** Those that scaffold.yaml declares for the code of the service. */
// prettier-ignore
export function loadVariables(env: Environment) {
  return {
    // PAGE_SIZE: Items of a page.
    pageSize: env.read('PAGE_SIZE', wholeNumber(-2_147_483_648, 2_147_483_647)),
    // API_TOKEN: Token of the shop's API.
    apiToken: new Secret(env.text('API_TOKEN')),
    // REGION: Region of the cluster.
    region: env.text('REGION'),
    // LEASE: How long an item is reserved.
    /** Milliseconds. */
    lease: env.read('LEASE', duration('0s', '8760h')),
  };
}

/** @throws Error that names every variable without a default that is not set */
// prettier-ignore
export function requireVariables(variables: Readonly<Record<string, string | undefined>>): void {
  const required: readonly (readonly [string, string])[] = [
    ['API_TOKEN', 'Token of the shop\'s API.'],
  ];
  const missing = required.filter(([name]) => (variables[name] ?? '') === '');
  if (missing.length === 0) return;
  throw new Error(missing.map(([name, doc]) => `${name} must be set: ${doc}`).join('\n'));
}
