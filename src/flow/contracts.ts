import type { MethodControl } from '../model/app-control.js';
import type { ContractMethod } from '../model/contract.js';
import type { Place } from '../model/control.js';
import { perSelector } from './selector.js';

/** A method of a contract, with its place. */
export type PlacedMethod = ContractMethod & { readonly place: Place };

/** A service of the contracts on disk; one that is in several files has the methods of all. */
export type PlacedService = {
  readonly name: string;
  readonly methods: readonly PlacedMethod[];
};

/** Services of all contracts that were read, by name. */
export const contractServices = perSelector((all): ReadonlyMap<string, PlacedService> => {
  const services = new Map<string, PlacedService>();
  for (const { target: file, values } of all('app/contract')) {
    for (const { name, methods } of values.services) {
      const placed = methods.map((method) => {
        const { line, column } = method;
        return { ...method, place: { file, line, column } };
      });
      services.set(name, { name, methods: [...(services.get(name)?.methods ?? []), ...placed] });
    }
  }
  return services;
});

/** `items.v1.ItemsService` of `/items.v1.ItemsService/GetItem`. */
export function serviceNameOf(method: string): string {
  return method.slice(1, method.lastIndexOf('/'));
}

/** The contract of a declared method's service, where one is on disk. */
export function contractFor(
  { values }: MethodControl,
  services: ReadonlyMap<string, PlacedService>,
): PlacedService | undefined {
  return services.get(serviceNameOf(values.name));
}
