import { addressOf } from '../../../transports/address.js';
import { peerAuthenticationOf } from '../effective/strictness.js';
import { cite, setValue, type Rule } from '../../../rules/rule.js';

export const otlpThroughSidecar: Rule = {
  code: 'OTLP_THROUGH_SIDECAR',
  severity: 'error',
  layer: 'both',
  title: 'Telemetry takes a way that it should not.',
  reads: ['app/tracing', 'mesh/workload'],
  why: 'Through the sidecar each export is a request of its own, with root spans that report on reporting; past the sidecar it has no mesh certificate, which a STRICT collector refuses.',
  fix: 'excludeOutboundPorts with the OTLP port, to a collector that is not STRICT on it.',
  check: (composition) => {
    const [app] = composition.all('app/tracing');
    const { workload } = composition;
    const address = app === undefined ? undefined : addressOf(app.values.endpoint.value);
    if (app === undefined || workload === undefined || address === undefined) return undefined;
    const { excludedOutboundPorts } = workload.values.proxy;
    const isShared = composition.all('app/call').some(({ values }) => values.port === address.port);
    if (!workload.values.isInjected || address.external) return [];
    if (!excludedOutboundPorts.value.includes(address.port)) {
      const ports = [...excludedOutboundPorts.value, address.port].join(',');
      return [
        {
          target: workload.target,
          at: excludedOutboundPorts.place,
          also: [app.values.endpoint.place],
          severity: isShared ? 'info' : 'warning',
          message: `Exports to ${address.host}:${address.port} (${cite(app.values.endpoint.place)}) go through the sidecar, which makes a trace of each.`,
          fix: isShared
            ? `A port for OTLP that no upstream shares, and traffic.sidecar.istio.io/excludeOutboundPorts: "${ports}".`
            : `traffic.sidecar.istio.io/excludeOutboundPorts: "${ports}"`,
          edits: isShared ? [] : setValue(excludedOutboundPorts, ports),
        },
      ];
    }
    const peer = peerAuthenticationOf(
      { namespace: address.namespace, labels: undefined },
      composition,
    );
    const mode = peer?.values.ports[String(address.port)] ?? peer?.values.mode.value;
    if (peer === undefined || mode !== 'STRICT') return [];
    return [
      {
        target: workload.target,
        at: excludedOutboundPorts.place,
        also: [peer.values.mode.place],
        message: `Port ${address.port} bypasses the sidecar, and ${address.host} takes mTLS only (${cite(peer.values.mode.place)}): no telemetry arrives.`,
        fix: `portLevelMtls: { ${address.port}: { mode: PERMISSIVE } } at the collector.`,
      },
    ];
  },
};
