import type { MeshIntent, Unsaid, UpstreamIntent } from '../../../model/mesh-emitter.js';
import { transportNamed } from '../../../transports/transports.js';
import { limitsEgress, openPorts } from './egress.js';
import { hasRoute } from './routes.js';
import { unsaidOfUpstream } from './unsaid-of-upstream.js';

/** What a service wants and Linkerd cannot express: of the service first, then of each upstream. */
export function unsaid(intent: MeshIntent): readonly Unsaid[] {
  return [
    ...unsaidOfService(intent),
    ...unsaidOfCalls(intent),
    ...intent.upstreams.flatMap((each) => [...unsaidOfUpstream(each, intent.place)]),
  ];
}

function* unsaidOfService(intent: MeshIntent): Generator<Unsaid> {
  const { service: target, place, policy } = intent;
  if (intent.issuer !== undefined) {
    yield {
      control: 'the users of requests',
      target,
      reason: 'its proxies read no tokens',
      instead: `The application alone judges them: until it does, ${openTo(intent)}.`,
    };
  }
  if (intent.served.methods.length > 0) {
    yield {
      control: 'the methods that callers may use',
      target,
      reason: 'whom a Server lets in reaches all of it',
      instead: 'Callers reach every method; service.methods limits nobody.',
    };
  }
  yield {
    control: 'limits of connections and requests',
    target,
    reason: 'its proxies have none',
    instead: `The ${policy.appConnections} connections of the application to each upstream are the only limit, and nothing limits what arrives.`,
  };
  if (place.replicas > 1) {
    yield {
      control: 'a share of replicas that is never ejected',
      target,
      reason: 'failure accrual looks at each replica alone',
      instead:
        'When all of them fail, callers wait for the probe of one, and after 3 s are answered with 504 or 503.',
    };
  }
  yield* unsaidOfEgress(intent);
  yield {
    control: 'the tracing of one workload',
    target,
    reason: 'it is set up for the whole mesh',
    instead:
      'Where the platform has switched it on, the proxies add spans to the traces that the application or a gateway starts, and never sample by themselves.',
  };
  if (place.trustDomain !== 'cluster.local') {
    yield {
      control: `the trust domain ${place.trustDomain}`,
      target,
      reason: 'callers are named by their service accounts',
      instead: 'They are identities of the trust domain that Linkerd was installed with.',
    };
  }
}

function* unsaidOfEgress(intent: MeshIntent): Generator<Unsaid> {
  const { service: target, place } = intent;
  yield {
    control: 'the hosts that one workload may reach',
    target,
    reason: 'an EgressNetwork holds for a whole namespace',
    instead: limitsEgress(intent)
      ? `Every other workload in ${place.namespace} is cut off from what this service does not declare outside the cluster.`
      : `Pods reach every host. Where nothing else runs in ${place.namespace}, egressScope: namespace limits them.`,
  };
  const open = limitsEgress(intent) ? openPorts(intent) : [];
  if (open.length > 0) {
    yield {
      control: 'hosts outside that speak neither HTTP nor TLS',
      target,
      reason: `only their ports tell them apart: ${open.join(', ')}`,
      instead: 'Pods reach every host outside on these ports.',
    };
  }
}

/** What no upstream can have. */
function* unsaidOfCalls({ service: target, upstreams }: MeshIntent): Generator<Unsaid> {
  const routed = upstreams.filter(hasRoute);
  if (routed.length > 0) {
    yield {
      control: 'retries of what nobody has seen',
      target,
      reason: 'a connection that was refused and one that was reset are both a 502',
      instead: 'What the application does not repeat is tried once, unless it only reads.',
    };
  }
  const repeated = routed.filter(({ policy }) => !policy.repeated);
  if (repeated.length > 0) {
    yield {
      control: 'a budget of retries',
      target,
      reason: 'only a ServiceProfile has one, which switches routes off',
      instead: readsOf(repeated).join(' '),
    };
  }
  if (new Set(upstreams.map(({ policy }) => policy.connectTimeout)).size > 1) {
    yield {
      control: 'a connect timeout of each upstream',
      target,
      reason: 'its proxy has one for all',
      instead: 'The shortest holds for all of them.',
    };
  }
}

/** What the routes repeat, a sentence each. */
function readsOf(repeated: readonly UpstreamIntent[]): readonly string[] {
  const haveNames = repeated.map(({ upstream }) => hasNamedMethods(upstream.transport));
  return [
    ...(haveNames.includes(false) ? ['GET, HEAD and OPTIONS are repeated once at most.'] : []),
    ...(haveNames.includes(true)
      ? ['Methods that are declared idempotent are repeated once at most.']
      : []),
  ];
}

function hasNamedMethods(transport: string): boolean {
  return transportNamed(transport).methodName !== undefined;
}

/** Which paths are open to whom before the application looks at a token. */
function openTo({ place: { callers }, openPaths, served }: MeshIntent): string {
  if (callers.length === 0) return 'every workload of the mesh reaches every path';
  const named = callers
    .map(({ namespace, serviceAccount }) => `${serviceAccount} of ${namespace}`)
    .join(', ');
  const { anonymous } = openPaths;
  const others =
    anonymous.length > 0
      ? `, and every workload of the mesh ${hasNamedMethods(served.transport) ? '' : 'GET '}${anonymous.join(', ')}`
      : '';
  return `${named} reach${callers.length === 1 ? 'es' : ''} every path${others}`;
}
