import { bypassedPorts } from '../../model/bypassed-ports.js';
import type { MeshEmitter } from '../../model/mesh-emitter.js';
import { accrual } from './emit/accrual.js';
import { allowedIdentities } from './emit/allowed.js';
import { egressWords, limitsEgress } from './emit/egress.js';
import { refusePorts } from './emit/refuse-ports.js';
import { serverRoutes } from './emit/server-routes.js';
import { connectTimeout, upstreamRoutes } from './emit/routes.js';
import { unsaid } from './emit/unsaid.js';

/** Linkerd: routes and authorizations have words here, limits, tokens and safe retries have none. */
export const emit: MeshEmitter = {
  id: 'linkerd',
  title: 'Linkerd',
  transports: ['http', 'grpc'],
  refuse: refusePorts,
  emit: (intent) => {
    const { place, policy, upstreams } = intent;
    return {
      service: {
        ...allowedIdentities(place, intent.issuer),
        ...serverRoutes(intent),
        // Linkerd takes a port of appProtocol grpc for opaque bytes.
        appProtocol: intent.served.transport === 'grpc' ? 'kubernetes.io/h2c' : 'http',
        accessPolicy: place.observed ? 'audit' : 'deny',
        // With one replica there is nothing else to send to.
        ejects: place.replicas > 1,
        ...accrual,
        bypassedPorts: bypassedPorts(intent).join(','),
        connectTimeout: connectTimeout(upstreams),
        stopping: policy.stopping / 1_000,
        limitsEgress: limitsEgress(intent),
        ...egressWords(intent),
      },
      upstreams: new Map(upstreams.map((each) => [each.upstream.name, upstreamRoutes(each)])),
      unsaid: unsaid(intent),
    };
  },
};
