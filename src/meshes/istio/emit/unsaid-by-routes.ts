import { formatDuration } from '../../../model/duration.js';
import type { Unsaid, UpstreamIntent } from '../../../model/mesh-emitter.js';
import { hasHttpRoute, type RouteChoice } from './routes.js';

/** What HTTPRoutes cannot say and VirtualServices could, and what holds instead. */
export function unsaidByRoutes(
  upstreams: readonly UpstreamIntent[],
  choice: RouteChoice,
): readonly Unsaid[] {
  if (choice.routes === 'virtual-service') return [];
  const { service: target, namespace } = choice;
  const routed = upstreams.filter((upstream) => hasHttpRoute(upstream, choice));
  const repeated = routed.filter(({ policy }) => policy.repeated);
  const theirs = upstreams.filter(
    ({ upstream, policed }) => policed && upstream.namespaceRoute === 'theirs',
  );
  const namesOf = (all: readonly UpstreamIntent[]): string =>
    all.map(({ upstream }) => upstream.name).join(', ');
  return [
    ...repeated.slice(0, 1).map(() => ({
      control: 'an end to the retries of the sidecar',
      target,
      reason:
        'the field retry.attempts of an HTTPRoute starts at 1 and is in the experimental channel',
      instead: `Its 2 retries of failed connections stay, under each try of the application to ${namesOf(repeated)}; only the application repeats a request that was processed.`,
    })),
    ...routed.slice(0, 1).map(() => ({
      control: 'retries of what reached no replica',
      target,
      reason: 'an HTTPRoute has no words for ways of failing',
      instead: `Istio's default repeats connect-failure and refused-stream for calls to ${namesOf(routed)}, and no reset-before-request.`,
    })),
    ...routed.slice(0, 1).map(() => ({
      control: 'routes of this workload only',
      target,
      reason: 'an HTTPRoute has no word for the caller',
      instead: `They hold for every workload of ${namespace} that calls ${namesOf(routed)}.`,
    })),
    ...theirs.map((each) => ofTheOwner(each)),
  ];
}

/** The service's own route, at its waypoint. */
export function unsaidInbound(
  { service: target, routes }: RouteChoice,
  hasWaypoint: boolean,
): readonly Unsaid[] {
  if (routes === 'virtual-service' || !hasWaypoint) return [];
  return [
    {
      control: 'retries of what reached no replica',
      target,
      reason: 'an HTTPRoute has no words for ways of failing',
      instead:
        "The waypoint's default repeats connect-failure and refused-stream twice, and no reset-before-request.",
    },
  ];
}

/** A route in the namespace of the upstream is the owner's business. */
function ofTheOwner({ upstream: { name, address }, policy }: UpstreamIntent): Unsaid {
  const { otherTimeout, repeatedTimeout, repeated } = policy;
  const timeouts =
    otherTimeout === 0
      ? 'no timeouts.request, as it is a stream'
      : [
          ...(repeated
            ? [
                `timeouts.request: ${formatDuration(repeatedTimeout)} for what the application repeats`,
              ]
            : []),
          `timeouts.request: ${formatDuration(otherTimeout)}${repeated ? ' for the rest' : ''}`,
        ].join(' and ');
  return {
    control: 'the timeouts of its calls',
    target: name,
    reason: `an HTTPRoute in ${address.namespace}, the namespace of ${name}, binds every client of it`,
    instead: `None is written. Ask its owner for an HTTPRoute with ${timeouts}; or claim the route, for all clients, with mesh: { owner: consumer } on the upstream.`,
  };
}
