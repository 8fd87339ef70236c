import type { ProxyEnding } from '../../../flow/mesh-source.js';
import type { Selector } from '../../../flow/selector.js';
import type { WorkloadControl } from '../../../model/workload-control.js';
import { locate, text } from '../../../manifests/cursor.js';
import { mayBeSame, worldOf } from '../../world.js';
import { podsOf, type WrittenPods } from '../../kubernetes/written/pods.js';
import { injectionOf, meshedPods } from '../written/members.js';
import { isNativeProxy, waitBeforeExit } from '../written/proxy.js';

/** Whether the annotations of a workload's pods, or of their namespace, bring a proxy. */
export function hasProxy(workload: WorkloadControl, all: Selector): boolean | undefined {
  const world = worldOf({ all });
  const pods = podsOf(world).find((one) => isOf(one, workload));
  const answer = pods === undefined ? 'unknown' : injectionOf(pods, world);
  return answer === 'unknown' ? undefined : answer === 'yes';
}

function isOf({ object, namespace }: WrittenPods, workload: WorkloadControl): boolean {
  return (
    `${object.object.kind}/${object.object.name}` === workload.target &&
    mayBeSame(namespace, workload.namespace ?? '')
  );
}

/** A proxy that is no native sidecar closes its listeners with the signal, unless it is told to wait (measured). */
export function endingOf(workload: WorkloadControl, all: Selector): ProxyEnding | undefined {
  const world = worldOf({ all });
  const pods = meshedPods(world).find((one) => isOf(one, workload));
  if (pods === undefined || isNativeProxy(pods, world) !== undefined) return undefined;
  const at = waitBeforeExit(pods);
  const seconds = at === undefined ? 0 : Number(text(at).value);
  return {
    after: {
      value: seconds * 1_000,
      basis: at === undefined ? 'default' : 'written',
      place: locate(at ?? pods.annotations),
    },
    lasting: (ms) =>
      `config.alpha.linkerd.io/proxy-wait-before-exit-seconds: "${Math.ceil(ms / 1_000)}", or proxy-enable-native-sidecar: "true"`,
  };
}
