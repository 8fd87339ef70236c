import { formatDuration } from '../../../model/duration.js';
import type { MeshPlace, Unsaid, UpstreamIntent } from '../../../model/mesh-emitter.js';
import { accrual } from './accrual.js';

/** What the calls to one upstream want and Linkerd cannot express; nothing where its owner sees to it. */
export function* unsaidOfUpstream(each: UpstreamIntent, place: MeshPlace): Generator<Unsaid> {
  if (!each.policed) return;
  const { upstream } = each;
  const { namespace, external } = upstream.address;
  const target = upstream.name;
  if (external) {
    yield {
      control: 'timeouts and retries of a host outside',
      target,
      reason: 'its routes are for Services',
      instead: 'What the application does is all there is.',
    };
    return;
  }
  if (upstream.namespaceRoute === 'theirs') {
    yield {
      control: 'timeouts of one caller',
      target,
      reason: `a route in ${namespace}, where the upstream is, binds every client of it`,
      instead: `No route is written: ${ownersPart(each)} With mesh: { owner: consumer } on the upstream this service writes the route for all.`,
    };
  } else {
    const clients = upstream.namespaceRoute === 'claimed' ? 'every namespace' : place.namespace;
    yield {
      control: 'policy for one workload',
      target,
      reason: 'a route knows no workloads',
      instead: `This one binds every client of it in ${clients}.`,
    };
  }
  if (upstream.replicas > 1) {
    yield {
      control: 'the ejection of failing replicas',
      target,
      reason: 'it is said on the Service of the upstream',
      instead: `Its owner sets balancer.linkerd.io/failure-accrual: consecutive there, with failure-accrual-consecutive-max-failures "${accrual.maxFailures}" and -min-penalty ${accrual.minPenalty}.`,
    };
  }
}

/** What the owner of an upstream sets in a route, so that it fits what the application does. */
function ownersPart({ upstream, policy }: UpstreamIntent): string {
  const none = 'no retry.linkerd.io annotation';
  if (upstream.stream) return `its owner sets ${policy.repeated ? none : 'no timeout there'}.`;
  const other = `timeouts.request of ${formatDuration(policy.otherTimeout)}`;
  return policy.repeated
    ? `its owner sets timeouts.request of ${formatDuration(policy.repeatedTimeout)} for what the application repeats, ${formatDuration(policy.otherTimeout)} for the rest, and ${none}.`
    : `its owner sets ${other}.`;
}
