import { formatDuration } from '../../../model/duration.js';
import type { MeshIntent, Unsaid, UpstreamIntent } from '../../../model/mesh-emitter.js';
import type { Waypoint } from './data-plane.js';
import { routeWords } from './traffic.js';

/** What a service of the ambient mesh asks for and does not get there, with what holds instead. */
export function unsaidInAmbient(intent: MeshIntent, waypoint: Waypoint | undefined): Unsaid[] {
  return [
    ...(waypoint === undefined ? withoutWaypoint(intent) : sharedLimits(intent)),
    ...intent.upstreams.filter(({ policed }) => policed).map(ofUpstream),
    {
      control: 'hosts that are not declared',
      target: intent.service,
      reason: 'the ambient mesh lets pods reach every host',
      instead: 'Only a NetworkPolicy or an egress gateway of the platform keeps them from it.',
    },
    ...(intent.place.observed ? [dryRun(intent, waypoint)] : []),
  ];
}

/** Nothing reads HTTP: what is left is who connects. */
function withoutWaypoint({ service, issuer, place, policy }: MeshIntent): Unsaid[] {
  const reason = 'without a waypoint nothing in the mesh reads HTTP';
  const tokens = {
    control: 'tokens and paths',
    target: service,
    reason,
    instead: `The application alone checks tokens: ${connecting(place.callers.length)} reaches every path of it, with or without one.`,
  };
  const spans = {
    control: 'spans of the mesh',
    target: service,
    reason: 'only a waypoint makes some',
    instead: 'Traces hold what the application reports.',
  };
  return [
    ...(issuer === undefined && place.callers.every(({ users }) => !users) ? [] : [tokens]),
    {
      control: 'timeouts, retries, limits and ejection of its calls',
      target: service,
      reason,
      instead: `Callers have what they do themselves, and the service its own limit of ${formatDuration(policy.requestTimeout)} a request; a replica that fails gets requests until its readiness probe fails.`,
    },
    spans,
  ];
}

function connecting(callers: number): string {
  return callers === 0 ? 'every workload of the mesh' : 'a caller that is declared';
}

function sharedLimits({ service, place, policy }: MeshIntent): Unsaid[] {
  return [
    {
      control: 'a limit for each caller',
      target: service,
      reason: 'a waypoint counts the requests of all callers together',
      instead: `${policy.maxRequests * place.replicas} at once through each replica of the waypoint; one caller may use them up.`,
    },
  ];
}

function ofUpstream({ upstream, policy }: UpstreamIntent): Unsaid {
  const control = 'timeouts, retries, limits and ejection of calls';
  const target = upstream.name;
  const own = 'Until then the timeouts, tries and connections of the application hold';
  if (upstream.address.external) {
    return {
      control,
      target,
      reason: 'calls to a host outside pass no waypoint of the service',
      instead: 'The timeouts, tries and connections of the application hold.',
    };
  }
  const { repeatedTimeout, otherTimeout, attempts, retryOn, connectTimeout } = routeWords(policy);
  const timeout = upstream.stream ? 'no timeout' : `timeout ${otherTimeout}`;
  const repeated = policy.repeated
    ? `, and for what the application repeats ${upstream.stream ? 'no timeout' : `timeout ${repeatedTimeout}`} and attempts 0`
    : '';
  return {
    control,
    target,
    reason: `in the ambient mesh only policy in the namespace of a Service acts, at its waypoint`,
    instead: `Its owner sets them there: ${timeout}, attempts ${attempts} on ${retryOn}${repeated}, connectTimeout ${connectTimeout}. ${own}, and at a waypoint without a route for it Istio's default of 2 retries.`,
  };
}

function dryRun({ service }: MeshIntent, waypoint: Waypoint | undefined): Unsaid {
  return {
    control: 'a trial of who may connect',
    target: service,
    reason: 'no policy that is only tried is sent to ztunnel',
    instead:
      waypoint === undefined
        ? 'Until rollout: enforce everybody may connect; the access log of ztunnel names who does.'
        : 'The waypoint logs what it would refuse; who calls past it is only refused with rollout: enforce.',
  };
}
