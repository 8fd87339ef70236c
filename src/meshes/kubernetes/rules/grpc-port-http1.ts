import { containerPortOf } from '../../../flow/container-port.js';
import { podsBehind } from '../../../flow/pods.js';
import type { Selector } from '../../../flow/selector.js';
import { serviceOf } from '../../../flow/workloads.js';
import type { Place } from '../../../model/control.js';
import type { ServiceControl } from '../../../model/workload-control.js';
import { cite, setValue, type Report, type Rule } from '../../../rules/rule.js';
import { transportNamed } from '../../../transports/transports.js';
import { hasMesh, membershipOf } from '../membership.js';

type Port = ServiceControl['values']['ports'][number];

/** A port of a Service, and what says that gRPC is spoken there. */
type Spoken = {
  readonly service: ServiceControl;
  readonly number: number;
  readonly because: string;
  readonly also: readonly Place[];
};

export const grpcPortHttp1: Rule = {
  code: 'GRPC_PORT_HTTP1',
  severity: 'error',
  layer: 'mesh',
  title: 'A port that serves gRPC is declared as HTTP/1.',
  reads: ['mesh/service'],
  why: 'The proxy beside the caller then speaks HTTP/1.1 to the port, which no gRPC server understands (measured with appProtocol: http under Istio; Linkerd reads it so too). With grpc, http2 or kubernetes.io/h2c it speaks HTTP/2.',
  fix: 'appProtocol: kubernetes.io/h2c on the port, which every mesh reads, or grpc for Istio alone.',
  check: ({ all, flows, server }) => {
    if (!hasMesh(all)) return [];
    const called = flows.flatMap((flow): Spoken[] => {
      const service = flow.transport.needsHttp2 === true ? serviceOf(flow.host, all) : undefined;
      if (service === undefined || flow.port === undefined || flow.call === undefined) return [];
      const because = `${flow.name} is called by ${flow.transport.id} (${cite(flow.call.place)})`;
      return [{ service, number: flow.port, because, also: [flow.call.place] }];
    });
    const own = server === undefined ? undefined : serviceOf(server.values.host, all);
    const served =
      server === undefined ||
      own === undefined ||
      !transportNamed(server.values.transport).needsHttp2
        ? []
        : own.values.ports
            .filter(({ number }) => number === server.values.port.value)
            .map(({ number }) => ({
              service: own,
              number,
              because: `service.transport is ${server.values.transport} (${cite(server.place)})`,
              also: [server.place],
            }));
    const probed = all('mesh/service').flatMap((service) => askedByGrpc(service, all));
    return firstOfEach([...served, ...called, ...probed]).flatMap((one) => judge(one, all));
  },
};

/** Ports whose pods have a probe by gRPC: nothing but a gRPC server answers it. */
function askedByGrpc(service: ServiceControl, all: Selector): Spoken[] {
  const pods = podsBehind(service, all).filter(({ values }) => values.grpcPorts.length > 0);
  return service.values.ports.flatMap(({ number }) => {
    const port = containerPortOf(service, number, all);
    const asked = pods.find(({ values }) => port !== undefined && values.grpcPorts.includes(port));
    if (port === undefined || asked === undefined) return [];
    const because = `a probe of ${asked.target} asks port ${port} by gRPC (${cite(asked.place)})`;
    return [{ service, number, because, also: [asked.place] }];
  });
}

function firstOfEach(spoken: readonly Spoken[]): readonly Spoken[] {
  return spoken.filter(
    ({ service, number }, index) =>
      spoken.findIndex((other) => other.service === service && other.number === number) === index,
  );
}

function judge({ service, number, because, also }: Spoken, all: Selector): Report[] {
  const port = service.values.ports.find((one) => one.number === number);
  const said = port === undefined ? undefined : sayingHttp1(port);
  if (port === undefined || said === undefined || membershipOf(service, all) === 'no') return [];
  const isUpgraded = all('mesh/trafficPolicy').some(
    ({ values }) => values.host.value === service.values.host && values.pool?.upgradesHttp === true,
  );
  if (isUpgraded) return [];
  return [
    {
      target: service.target,
      at: port.place,
      also,
      message: `Port ${number} of ${service.target} is HTTP/1 to the mesh (${said}), and ${because}: proxies speak HTTP/1.1 to it.`,
      fix: `appProtocol: kubernetes.io/h2c on port ${number}.`,
      edits: setValue(
        { place: { ...port.place, at: [...(port.place.at ?? []), 'appProtocol'] } },
        'kubernetes.io/h2c',
      ),
    },
  ];
}

/** What says that a port speaks HTTP/1; undefined where nothing does. */
function sayingHttp1({ appProtocol, name }: Port): string | undefined {
  if (appProtocol !== undefined)
    return appProtocol.value.toLowerCase() === 'http' ? 'appProtocol: http' : undefined;
  return /^http(?:-|$)/.test(name.value) ? `it is called "${name.value}"` : undefined;
}
