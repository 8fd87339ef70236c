import { quote } from '../../../model/text.js';
import type { Problem } from '../../../manifests/manifest-file.js';
import { problem } from '../../../manifests/problem.js';
import { checkHost, checkPort } from '../../../manifests/values.js';
import { isAddress } from './address.js';

export type Endpoint = {
  readonly address?: string;
  readonly ports?: Readonly<Record<string, number>>;
};

/** Where a ServiceEntry leads: addresses with resolution STATIC, otherwise names too. */
export function* checkEndpoints(
  endpoints: readonly Endpoint[],
  resolution: string,
  names: readonly string[],
): Generator<Problem> {
  for (const [index, { address = '', ports = {} }] of endpoints.entries()) {
    const at = ['spec', 'endpoints', index];
    // Without an address it stands for what another network has.
    if (address !== '' && !address.startsWith('unix://') && !isAddress(address)) {
      if (resolution === 'STATIC')
        yield problem(
          [...at, 'address'],
          `${quote(address)} is no address: with resolution STATIC endpoints are not looked up.`,
        );
      else yield* checkHost([...at, 'address'], address);
    }
    for (const [name, number] of Object.entries(ports)) {
      const own = [...at, 'ports', name];
      if (!names.includes(name))
        yield problem(own, `${quote(name)} is none of the ports: ${names.join(', ')}.`);
      yield* checkPort(own, number);
    }
  }
}
