import type { ContractMethod, ContractService } from '../model/contract.js';
import type { Adoption } from '../model/adoption.js';
import type { Transport } from '../transports/transport.js';
import { transports } from '../transports/transports.js';
import { isContractPath } from './contract-files.js';

type Sources = readonly (readonly [path: string, text: string])[];

/** How a repository's code is called, where that is not the usual way. */
export type DetectedTransport = {
  readonly transport: Transport;
  /** Where the code says so. */
  readonly path: string;
  /** Of the services that it offers, as far as their contracts are in the repository. */
  readonly methods: readonly ContractMethod[];
  readonly contracts: readonly string[];
  /** It answers the method by which services of the transport say that they take requests. */
  readonly hasHealth: boolean;
};

/**
 * The transport by which a repository's code offers services: what it registers, and the contracts of those.
 *
 * @param texts of the repository's files, by path
 * @param sources those of them that are code of the service
 */
export function detectTransport(
  texts: ReadonlyMap<string, string>,
  sources: Sources,
  { marker, serves }: Adoption,
): DetectedTransport | undefined {
  for (const [id, { needs, at, health }] of Object.entries(serves)) {
    const transport = transports.find((one) => one.id === id);
    if (transport === undefined || !new RegExp(needs).test(texts.get(marker) ?? '')) continue;
    const offered = sources.flatMap(([path, text]) =>
      [...text.matchAll(new RegExp(at, 'g'))].map((match) => ({
        path,
        word: match[1] ?? match[2] ?? '',
      })),
    );
    const healthAt = sources.find(([, text]) => new RegExp(health).test(text))?.[0];
    const known = contractsOf(texts, transport).filter(({ service }) =>
      offered.some(({ word }) => isNamed(word, service.name)),
    );
    const path = offered.find(({ word }) => known.some((one) => isNamed(word, one.service.name)));
    const found = path?.path ?? healthAt;
    if (found === undefined) continue;
    // Two versions of one service have one name in code: which of them is meant is not to be seen.
    const own = known.filter(
      ({ service }) =>
        known.filter((one) => lastOf(one.service.name) === lastOf(service.name)).length === 1,
    );
    return {
      transport,
      path: found,
      methods: own.flatMap(({ service }) => service.methods),
      contracts: [...new Set(own.map((one) => one.path))],
      hasHealth: healthAt !== undefined,
    };
  }
  return undefined;
}

function contractsOf(
  texts: ReadonlyMap<string, string>,
  { contract }: Transport,
): { readonly path: string; readonly service: ContractService }[] {
  if (contract === undefined) return [];
  return [...texts]
    .filter(([path]) => path.endsWith(contract.extension) && isContractPath(path))
    .flatMap(([path, text]) => contract.read(text).services.map((service) => ({ path, service })))
    .filter(({ service }) => service.methods.length > 0);
}

/** True when code that says `pb.ItemsService.service`, or `ItemsServiceDefinition`, means a service of a contract. */
function isNamed(word: string, service: string): boolean {
  const name = lastOf(service).toLowerCase();
  return word
    .toLowerCase()
    .split('.')
    .some((part) => [name, `${name}service`, `${name}definition`].includes(part));
}

function lastOf(service: string): string {
  return service.slice(service.lastIndexOf('.') + 1);
}
