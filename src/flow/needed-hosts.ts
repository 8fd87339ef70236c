import type { Place } from '../model/control.js';
import type { Composition } from './composition.js';

/** A host that the process contacts through its sidecar. */
export type NeededHost = {
  readonly host: string;
  readonly target: string;
  readonly isExternal: boolean;
  readonly place: Place;
};

/** Every host that must be reachable; what bypasses the sidecar is left out. */
export function neededHosts({ all }: Pick<Composition, 'all'>): readonly NeededHost[] {
  return [
    ...all('app/call').map(({ target, place, values }) => ({
      host: values.host,
      target,
      isExternal: values.external,
      place,
    })),
    ...all('app/contact')
      .filter(({ values }) => !values.bypass)
      .map(({ target, place, values }) => ({
        host: values.host,
        target,
        isExternal: values.external,
        place,
      })),
  ];
}
