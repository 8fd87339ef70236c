import { bypassedPorts } from '../../model/bypassed-ports.js';
import type { MeshEmitter } from '../../model/mesh-emitter.js';
import { allowedSources } from './emit/allowed.js';
import { egressHosts } from './emit/reach.js';
import { furtherEntries } from './emit/service-entry.js';
import { serviceTraffic, upstreamTraffic } from './emit/traffic.js';

/** Istio with sidecars: there are words for everything that a service may declare. */
export const emit: MeshEmitter = {
  id: 'istio',
  title: 'Istio',
  emit: (intent) => {
    const { service, place, issuer, policy, upstreams, egress } = intent;
    const upstreamWords = new Map(
      upstreams.map((each) => [each.upstream.name, upstreamTraffic(each, upstreams, egress)]),
    );
    const entries = furtherEntries(service, upstreams, egress);
    return {
      service: {
        ...serviceTraffic(policy),
        allowed: allowedSources(place, issuer),
        egressHosts: egressHosts(intent, place.namespace),
        bypassedPorts: bypassedPorts(intent).join(','),
        entries,
        // The proxy answers DNS, as plain TCP to hosts outside needs it.
        capturesDns: [...entries, ...[...upstreamWords.values()].map(({ entry }) => entry)].some(
          (entry) => (entry as { readonly needsAddress?: boolean } | undefined)?.needsAddress,
        ),
      },
      upstreams: upstreamWords,
      unsaid: [],
    };
  },
};
