import { down, exists, text, type Cursor } from '../../../manifests/cursor.js';
import type { World } from '../../../manifests/kind.js';
import type { WrittenPods } from '../../kubernetes/written/pods.js';
import { annotationsOfNamespace } from './members.js';

const NATIVE = [
  'config.linkerd.io/proxy-enable-native-sidecar',
  'config.beta.linkerd.io/proxy-enable-native-sidecar',
  'config.alpha.linkerd.io/proxy-enable-native-sidecar',
];
const WAIT = ['config.alpha.linkerd.io/proxy-wait-before-exit-seconds'];

/** An annotation of pods, or else of their namespace; the first name comes first. */
function annotationOf(
  names: readonly string[],
  pods: WrittenPods,
  world?: World,
): Cursor | undefined {
  const shared = world === undefined ? undefined : annotationsOfNamespace(pods.namespace, world);
  return [pods.annotations, ...(shared === undefined ? [] : [shared])]
    .flatMap((annotations) => names.map((name) => down(annotations, name)))
    .find(exists);
}

/** The wait of the proxy before it ends, s; undefined where none is written. */
export function waitBeforeExit(pods: WrittenPods): Cursor | undefined {
  return annotationOf(WAIT, pods);
}

/** Whether the proxy starts before the application and ends after it: by an annotation, or by Linkerd's default since 2.20. */
export function isNativeProxy(pods: WrittenPods, world: World): 'said' | 'default' | undefined {
  const at = annotationOf(NATIVE, pods, world);
  if (at === undefined) return 'default';
  return text(at).value === 'true' ? 'said' : undefined;
}
