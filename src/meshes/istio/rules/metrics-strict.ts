import { peerAuthenticationOf } from '../effective/strictness.js';
import { cite, type Rule } from '../../../rules/rule.js';

export const metricsStrict: Rule = {
  code: 'METRICS_STRICT',
  severity: 'error',
  layer: 'mesh',
  title: 'Prometheus scrapes a port that it cannot reach.',
  reads: ['mesh/workload'],
  why: "Istio rewrites prometheus.io annotations to 15020, outside mTLS. With merging off, a scrape of the application's port meets STRICT mTLS; a port from 15000 to 15090 is the proxy's own (webhook.go, applyPrometheusMerge).",
  fix: "Leave metrics merging on, and name the application's own port.",
  check: (composition) =>
    composition.all('mesh/workload').flatMap(({ target, namespace, values }) => {
      const { scrape, port, isMerged } = values.metrics;
      if (scrape?.value !== 'true' || !values.isInjected) return [];
      const number = Number(port?.value ?? 80);
      if (port !== undefined && number >= 15_000 && number <= 15_090) {
        return [
          {
            target,
            at: port.place,
            message: `prometheus.io/port ${number} belongs to the proxy: the application's metrics are not scraped.`,
            fix: 'The port on which the application serves its metrics.',
          },
        ];
      }
      const peer = peerAuthenticationOf({ namespace, labels: values.labels }, composition);
      const mode = peer?.values.ports[String(number)] ?? peer?.values.mode.value;
      if (isMerged.value || peer === undefined || mode !== 'STRICT') return [];
      return [
        {
          target,
          at: isMerged.place,
          also: [peer.values.mode.place],
          message: `Metrics are not merged, and port ${number} takes mTLS only (${cite(peer.values.mode.place)}): every scrape fails.`,
          fix: 'Drop prometheus.istio.io/merge-metrics, or make the port PERMISSIVE.',
        },
      ];
    }),
};
