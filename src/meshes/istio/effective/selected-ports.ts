import type { Labels } from '../../../model/mesh-control.js';
import type { ServiceControl } from '../../../model/workload-control.js';
import { containerPortOf } from '../../../flow/container-port.js';
import { podsWith, servicesOf } from '../../../flow/pods.js';
import type { Selector } from '../../../flow/selector.js';
import { ROOT_NAMESPACE } from './lookup.js';

/** A port of a Service, with the port of the pods that it leads to where that is known. */
export type ServedPort = {
  readonly service: ServiceControl;
  readonly port: ServiceControl['values']['ports'][number];
  readonly containerPort: number | undefined;
};

export type Subject = {
  readonly namespace: string | undefined;
  readonly labels: Labels | undefined;
};

/** The pods that a policy selects; none for the policies of the whole mesh, whose pods are anywhere. */
export function podsOfPolicy({ namespace, labels }: Subject, all: Selector) {
  if (namespace === ROOT_NAMESPACE) return [];
  return podsWith({ namespace, labels }, all);
}

/** The ports by which Services lead to the pods that a policy selects. */
export function servedPorts(subject: Subject, all: Selector): readonly ServedPort[] {
  const services = new Set(podsOfPolicy(subject, all).flatMap((pods) => servicesOf(pods, all)));
  return [...services].flatMap((service) =>
    service.values.ports.map((port) => ({
      service,
      port,
      containerPort: containerPortOf(service, port.number, all),
    })),
  );
}

/** Where a policy names a port of a Service in place of that of its pods: the one that is meant. */
export function meantPort(
  named: number,
  subject: Subject,
  all: Selector,
): { readonly service: ServiceControl; readonly port: number } | undefined {
  const served = servedPorts(subject, all);
  const isListening =
    served.some(({ containerPort }) => containerPort === named || containerPort === undefined) ||
    podsOfPolicy(subject, all).some(({ values }) =>
      values.containerPorts.some(({ number }) => number === named),
    );
  if (isListening) return undefined;
  const meant = served.find(({ port }) => port.number === named);
  if (meant?.containerPort === undefined) return undefined;
  return { service: meant.service, port: meant.containerPort };
}
