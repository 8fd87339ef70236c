import type { StoppingControl } from '../model/app-control.js';
import type { Place, Value } from '../model/control.js';

/**
 * How long a pod takes to end: preStop, the delay in which the application still takes requests, and the
 * wait for those in flight.
 *
 * @returns the time in ms, its parts in words, and where they are set
 */
export function stoppingTime(
  preStop: Value<number>,
  { values: { shutdownDelay, shutdownTimeout } }: StoppingControl,
): { readonly time: number; readonly sum: string; readonly places: readonly Place[] } {
  const parts = [
    ['preStop', preStop],
    ...(shutdownDelay.value > 0 ? [['shutdown delay', shutdownDelay] as const] : []),
    ['shutdown', shutdownTimeout],
  ] as const;
  return {
    time: parts.reduce((sum, [, { value }]) => sum + value, 0),
    sum: parts.map(([name, { value }]) => `${name} ${value} ms`).join(' + '),
    places: parts.map(([, { place }]) => place),
  };
}
