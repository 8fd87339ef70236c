import { quote } from '../../../model/text.js';
import {
  formatPath,
  type ManifestObject,
  type Problem,
  type ValuePath,
} from '../../../manifests/manifest-file.js';
import { problem, warning } from '../../../manifests/problem.js';
import { checkSelector, type Selector } from '../../../manifests/selector.js';
import { checkListeners } from './sidecar-listeners.js';
import { checkConnectionPool, type ConnectionPool } from './traffic-policy.js';
import { checkHost, checkPort, isDns1123Label } from '../../../manifests/values.js';

type Bound = { readonly port?: { readonly number?: number }; readonly bind?: string };
type Listener = Bound & {
  readonly hosts?: readonly string[];
};
type Spec = {
  readonly workloadSelector?: Selector;
  readonly egress?: readonly Listener[];
  readonly ingress?: readonly (Bound & { readonly defaultEndpoint?: string })[];
  readonly outboundTrafficPolicy?: object;
  readonly inboundConnectionPool?: ConnectionPool;
};

/** ValidateSidecar. */
export function* checkSidecar(object: ManifestObject): Generator<Problem> {
  // The schema has passed.
  const spec = object.spec as Spec;
  const { egress = [], ingress = [], outboundTrafficPolicy, inboundConnectionPool } = spec;
  yield* checkSelector(['spec', 'workloadSelector'], spec.workloadSelector);
  const isEmpty =
    egress.length + ingress.length === 0 &&
    outboundTrafficPolicy === undefined &&
    inboundConnectionPool === undefined;
  if (isEmpty) yield problem(['spec'], 'a Sidecar must set something.');
  yield* checkConnectionPool(['spec', 'inboundConnectionPool'], inboundConnectionPool);
  yield* checkListeners(ingress, egress);
  const { namespace = 'default' } = object.metadata;
  for (const [index, listener] of egress.entries()) {
    const at = ['spec', 'egress', index];
    if (listener.port === undefined && index < egress.length - 1) {
      yield problem(at, `${formatPath(at)} has no port: such a listener must be the last one.`);
    }
    yield* checkPort([...at, 'port', 'number'], listener.port?.number);
    yield* checkEgressHosts([...at, 'hosts'], listener.hosts ?? [], namespace);
  }
}

/** ValidateNamespaceSlashWildcardHostname, and the duplicates of which Istio warns. */
function* checkEgressHosts(
  at: ValuePath,
  hosts: readonly string[],
  own: string,
): Generator<Problem> {
  if (hosts.length === 0) yield problem(at, `${formatPath(at)} must name at least one host.`);
  const seen = new Set<string>();
  for (const [index, entry] of hosts.entries()) {
    const place = [...at, index];
    const [namespace = '', host = ''] = entry.split(/\/(.*)/s);
    if (namespace === '' || host === '') {
      yield problem(place, `${quote(entry)} must have the form namespace/host.`);
      continue;
    }
    const bare = namespace.replace(/^~/, '');
    if (!['', '*', '.'].includes(bare) && !isDns1123Label(bare)) {
      yield problem(place, `${quote(namespace)} is no namespace.`);
    }
    if (host !== '*' && !host.includes('.')) {
      yield problem(place, `${quote(host)} is a short name; a Sidecar takes full ones.`);
    } else yield* checkHost(place, host);
    const resolved = namespace === '.' ? own : namespace;
    const all = `${resolved}/*`;
    const repeats =
      host === '*'
        ? [...seen].some((other) => other.startsWith(`${resolved}/`))
        : seen.has(`${resolved}/${host}`) || seen.has(all);
    if (repeats) yield warning(place, `${quote(entry)} repeats an entry above it.`);
    seen.add(`${resolved}/${host}`);
  }
}
