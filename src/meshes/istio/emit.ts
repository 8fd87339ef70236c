import { bypassedPorts } from '../../model/bypassed-ports.js';
import type { MeshEmitter } from '../../model/mesh-emitter.js';
import { allowedMethods, allowedSources } from './emit/allowed.js';
import { ambientTraffic } from './emit/ambient.js';
import { dataPlaneOf, refuseOtherPlane } from './emit/data-plane.js';
import { egressHosts } from './emit/reach.js';
import { refuseUnendedRetries } from './emit/refuse-unended-retries.js';
import { routeChoice } from './emit/routes.js';
import { furtherEntries } from './emit/service-entry.js';
import { serviceTraffic, upstreamTraffic } from './emit/traffic.js';
import { unsaidByRoutes, unsaidInbound } from './emit/unsaid-by-routes.js';
import { unsaidInAmbient } from './emit/unsaid.js';

/** With sidecars there are words for everything that a service may declare. */
export const emit: MeshEmitter = {
  id: 'istio',
  title: 'Istio',
  transports: ['http', 'grpc'],
  bindsNamespaces: ({ routes, dataPlane }) => routes === 'gateway-api' && dataPlane !== 'ambient',
  emit: (intent) => {
    const { service, place, issuer, openPaths, served, policy, upstreams, egress } = intent;
    const plane = dataPlaneOf(intent);
    const hasSidecar = plane.kind === 'sidecar';
    const waypoint = hasSidecar ? undefined : plane.waypoint;
    const choice = routeChoice(intent);
    const upstreamWords = new Map(
      upstreams.map((each) => [
        each.upstream.name,
        upstreamTraffic(each, { ...choice, upstreams, egress, hasSidecar }),
      ]),
    );
    const entries = furtherEntries(service, upstreams, egress);
    return {
      service: {
        ...serviceTraffic(policy),
        hasSidecar,
        gatewayApi: choice.routes === 'gateway-api',
        // Something between callers and pods reads requests.
        readsHttp: hasSidecar || waypoint !== undefined,
        hasAuthorization: hasSidecar || waypoint !== undefined || !place.observed,
        hasEgress: hasSidecar || entries.length > 0,
        ...(!hasSidecar && ambientTraffic(intent, waypoint)),
        allowed: allowedSources(place, issuer),
        appProtocol: served.transport,
        ...allowedMethods(served),
        // Of a service whose methods have names; elsewhere these are paths of GET.
        anonymousMethods: served.healthMethods.length > 0 ? openPaths.anonymous : [],
        egressHosts: egressHosts(intent, choice),
        bypassedPorts: bypassedPorts(intent).join(','),
        entries: entries.map((entry, index) => ({ ...entry, isFirst: !hasSidecar && index === 0 })),
        // The proxy answers DNS, as plain TCP to hosts outside needs it.
        capturesDns: [...entries, ...[...upstreamWords.values()].map(({ entry }) => entry)].some(
          (entry) => (entry as { readonly needsAddress?: boolean } | undefined)?.needsAddress,
        ),
      },
      upstreams: upstreamWords,
      unsaid: hasSidecar
        ? unsaidByRoutes(upstreams, choice)
        : [...unsaidInAmbient(intent, waypoint), ...unsaidInbound(choice, waypoint !== undefined)],
    };
  },
  refuse: (intent, nameOf) =>
    refuseOtherPlane(intent, nameOf) ?? refuseUnendedRetries(intent, nameOf),
};
