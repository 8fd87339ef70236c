import { quote } from '../../../model/text.js';
import type { Problem } from '../../../manifests/manifest-file.js';
import { problem } from '../../../manifests/problem.js';

type Reference = {
  readonly group?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
};

export type Targeting = {
  readonly targetRef?: Reference;
  readonly targetRefs?: readonly Reference[];
};

const TARGETS = [
  ['', 'Service'],
  ['core', 'Service'],
  ['networking.istio.io', 'ServiceEntry'],
  ['gateway.networking.k8s.io', 'Gateway'],
  ['gateway.networking.k8s.io', 'GatewayClass'],
] as const;

/** validatePolicyTargetReferences: what a policy names is in its own namespace, and of these kinds. */
export function* checkTargetRefs(spec: Targeting): Generator<Problem> {
  const all = [
    ...(spec.targetRef === undefined ? [] : [{ at: ['spec', 'targetRef'], one: spec.targetRef }]),
    ...(spec.targetRefs ?? []).map((one, index) => ({ at: ['spec', 'targetRefs', index], one })),
  ];
  for (const { at, one } of all) {
    const { group = '', kind = '', namespace = '' } = one;
    if (namespace !== '')
      yield problem(
        [...at, 'namespace'],
        'a target is in the namespace of its policy, which must not be written.',
      );
    if (!TARGETS.some((target) => target[0] === group && target[1] === kind))
      yield problem(
        [...at, 'kind'],
        `${quote(group === '' ? kind : `${group}/${kind}`)} is no target of a policy: Service, ServiceEntry, Gateway or GatewayClass.`,
      );
  }
}
