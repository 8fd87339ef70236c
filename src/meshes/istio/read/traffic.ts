import type {
  EgressControl,
  EntryControl,
  GatewayRouteControl,
  MeshConfigControl,
  MeshTracingControl,
} from '../../../model/mesh-control.js';
import { meshTextOf, readEmbedded } from '../../../manifests/embedded.js';
import {
  down,
  duration,
  entriesOf,
  exists,
  flag,
  itemsOf,
  labelsOf,
  locate,
  namespaceOf,
  number,
  optional,
  targetOf,
  text,
  texts,
  type Cursor,
} from '../../../manifests/cursor.js';
import { readRetries } from './retries.js';

/** A Sidecar; without egress it imports every host. */
export function readSidecar(object: Cursor): EgressControl {
  const spec = down(object, 'spec');
  const egress = down(spec, 'egress');
  return {
    layer: 'mesh',
    kind: 'egress',
    target: targetOf(object),
    namespace: namespaceOf(object),
    place: locate(spec),
    values: {
      selector: optional(down(spec, 'workloadSelector', 'labels'), labelsOf),
      hosts: optional(egress, () => ({
        value: itemsOf(egress).flatMap((listener) => texts(down(listener, 'hosts')).value),
        basis: 'written' as const,
        place: locate(down(egress, 0, 'hosts')),
      })),
      mode: text(down(spec, 'outboundTrafficPolicy', 'mode'), 'ALLOW_ANY'),
    },
  };
}

export function readServiceEntry(object: Cursor): EntryControl {
  const spec = down(object, 'spec');
  const exportTo = texts(down(spec, 'exportTo')).value;
  return {
    layer: 'mesh',
    kind: 'entry',
    target: targetOf(object),
    namespace: namespaceOf(object),
    place: locate(spec),
    values: {
      hosts: texts(down(spec, 'hosts')).value,
      exportTo: exportTo.length === 0 ? ['*'] : exportTo,
      isExternal: text(down(spec, 'location'), 'MESH_EXTERNAL').value === 'MESH_EXTERNAL',
      ports: itemsOf(down(spec, 'ports')).map((port) => ({
        number: number(down(port, 'number'), 0).value,
        protocol: text(down(port, 'protocol')).value.toUpperCase(),
      })),
    },
  };
}

/** The tracing of a Telemetry. */
export function readTelemetry(object: Cursor): MeshTracingControl[] {
  const spec = down(object, 'spec');
  return itemsOf(down(spec, 'tracing')).map((tracing) => ({
    layer: 'mesh',
    kind: 'tracing',
    target: targetOf(object),
    namespace: namespaceOf(object),
    place: locate(tracing),
    values: {
      selector: optional(down(spec, 'selector', 'matchLabels'), labelsOf),
      sampling: optional(down(tracing, 'randomSamplingPercentage'), (at) => number(at, 1)),
      providers: itemsOf(down(tracing, 'providers')).map((provider) =>
        text(down(provider, 'name')),
      ),
      isReporting: !flag(down(tracing, 'disableSpanReporting'), false).value,
    },
  }));
}

/** An HTTPRoute or GRPCRoute: one control a rule. */
export function readGatewayRoute(object: Cursor): GatewayRouteControl[] {
  return itemsOf(down(object, 'spec', 'rules')).map((rule) => {
    const timeouts = down(rule, 'timeouts');
    const resilience = ['retry', 'timeouts'].map((key) => down(rule, key)).find(exists);
    return {
      layer: 'mesh',
      kind: 'gatewayRoute',
      target: targetOf(object),
      namespace: namespaceOf(object),
      place: locate(rule),
      values: {
        objectKind: object.object.kind,
        retry: optional(down(rule, 'retry'), (at) => ({
          value: null,
          basis: 'written' as const,
          place: locate(at),
        })),
        request: optional(down(timeouts, 'request'), (at) => duration(at, 0)),
        backendRequest: optional(down(timeouts, 'backendRequest'), (at) => duration(at, 0)),
        resilience:
          resilience === undefined
            ? undefined
            : { value: String(resilience.at.at(-1)), basis: 'written', place: locate(resilience) },
      },
    };
  });
}

/** Mesh-wide settings: an IstioOperator, or the ConfigMap `istio` that holds them as text. */
export function readMeshConfig(object: Cursor): MeshConfigControl[] {
  const embedded = meshTextOf(object.object, object.node);
  const config =
    object.object.kind === 'ConfigMap'
      ? { ...down(object, 'data', 'mesh'), node: embedded && readEmbedded(embedded).node }
      : down(object, 'spec', 'meshConfig');
  if (!exists(config)) return [];
  const providers = itemsOf(down(config, 'extensionProviders')).flatMap((provider) => {
    const kind = entriesOf(provider).find(([key]) => key !== 'name')?.[0] ?? '';
    return [[text(down(provider, 'name')).value, kind]];
  });
  return [
    {
      layer: 'mesh',
      kind: 'meshConfig',
      target: targetOf(object),
      namespace: namespaceOf(object),
      place: locate(config),
      values: {
        tracingProviders: Object.fromEntries(providers) as Record<string, string>,
        outboundMode: optional(down(config, 'outboundTrafficPolicy', 'mode'), text),
        retries: optional(down(config, 'defaultHttpRetryPolicy'), readRetries),
      },
    },
  ];
}
