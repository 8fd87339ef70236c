import { podsBehind } from './pods.js';
import type { Selector } from './selector.js';
import type { ServiceControl } from '../model/workload-control.js';

/** The port of the pods behind a port of a Service: by number, or by the name that their containers give it. */
export function containerPortOf(
  service: ServiceControl,
  port: number,
  all: Selector,
): number | undefined {
  const target = service.values.ports.find(({ number }) => number === port)?.targetPort.value;
  if (target === undefined) return undefined;
  if (/^\d+$/.test(target)) return Number(target);
  const named = podsBehind(service, all).flatMap(({ values }) => values.containerPorts);
  return named.find(({ name }) => name === target)?.number;
}
