import { peerAuthenticationOf } from '../effective/strictness.js';
import { cite, removeValue, type Rule } from '../../../rules/rule.js';

export const probeStrict: Rule = {
  code: 'PROBE_STRICT',
  severity: 'error',
  layer: 'mesh',
  title: "The kubelet's probes meet a port that takes mTLS only.",
  reads: ['mesh/workload', 'mesh/mtls'],
  why: "The injector points probes at the agent (port 15020) so that they pass STRICT; with rewriteAppHTTPProbers false they go to the application's port, where the kubelet has no certificate (app_probe.go).",
  fix: 'Leave the annotation out, or make the port PERMISSIVE (portLevelMtls).',
  check: (composition) =>
    composition.all('mesh/workload').flatMap(({ target, namespace, values }) => {
      const { rewritesProbes } = values.proxy;
      const peer = peerAuthenticationOf({ namespace, labels: values.labels }, composition);
      if (rewritesProbes.value || peer === undefined) return [];
      const refused = values.probePorts.filter(
        (port) => (peer.values.ports[String(port)] ?? peer.values.mode.value) === 'STRICT',
      );
      if (refused.length === 0) return [];
      return [
        {
          target,
          at: rewritesProbes.place,
          also: [peer.values.mode.place],
          message: `Probes of port ${refused.join(', ')} are not rewritten, and mTLS is STRICT (${cite(peer.values.mode.place)}): the pods never become ready.`,
          fix: 'Drop sidecar.istio.io/rewriteAppHTTPProbers.',
          edits: removeValue(rewritesProbes),
        },
      ];
    }),
};
