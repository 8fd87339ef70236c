import { transports as found } from './found/transports.js';
import type { Scheme, Transport } from './transport.js';

/** How a service is called that does not say. */
const USUAL = 'http';

/** Every transport that there is, the usual one first. */
export const transports: readonly Transport[] = [
  ...found.filter(({ id }) => id === USUAL),
  ...found.filter(({ id }) => id !== USUAL),
];

/**
 * @param id of a transport
 * @throws {Error} when there is none
 */
export function transportNamed(id: string): Transport {
  const transport = transports.find((one) => one.id === id);
  if (transport === undefined) throw new Error(`no transport is called ${id}`);
  return transport;
}

export const usualTransport = transportNamed(USUAL);

const schemes: ReadonlyMap<string, Scheme & { readonly transport: Transport }> = new Map(
  transports.flatMap((transport) =>
    Object.entries(transport.schemes).map(([name, scheme]) => [name, { ...scheme, transport }]),
  ),
);

/** What the scheme of a URL says of calls to it; undefined for one that no transport has. */
export function findScheme(name: string): (Scheme & { readonly transport: Transport }) | undefined {
  return schemes.get(name);
}

/** The transport of whose contracts a file is one, by its name. */
export function contractOf(path: string): Transport['contract'] {
  return transports.find(({ contract }) => contract && path.endsWith(contract.extension))?.contract;
}

/** Every scheme that a URL of an upstream may have. */
export const schemeNames: readonly string[] = [...schemes.keys()];

/** `http or https`: the schemes that a URL may have, for messages. */
export const schemeWords = schemeNames.join(', ').replace(/, (\w+)$/, ' or $1');
