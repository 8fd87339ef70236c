import type {
  EgressControl,
  EntryControl,
  MeshTracingControl,
} from '../../../model/mesh-control.js';
import {
  down,
  eachText,
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
      entries: itemsOf(egress).flatMap((listener) => eachText(down(listener, 'hosts'))),
      mode: text(down(spec, 'outboundTrafficPolicy', 'mode'), 'ALLOW_ANY'),
    },
  };
}

/** Messages of the analyzer that an object says it expects; IST0134 is that an entry has no addresses. */
const SUPPRESSED = 'galley.istio.io/analyze-suppress';

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
        place: locate(port),
      })),
      resolution: text(down(spec, 'resolution'), 'NONE').value,
      hasAddresses:
        [down(spec, 'addresses'), down(object, 'status', 'addresses')].some(
          (addresses) => itemsOf(addresses).length > 0,
        ) || /\bIST0134\b/.test(text(down(object, 'metadata', 'annotations', SUPPRESSED)).value),
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
