import { locate, targetOf, text } from '../../../manifests/cursor.js';
import { removeValue, type Rule } from '../../../rules/rule.js';
import { meshedPods } from '../written/members.js';
import { isNativeProxy, waitBeforeExit } from '../written/proxy.js';
import { linkerdWorld } from '../written/annotated.js';

export const l5dShutdown: Rule = {
  code: 'L5D_SHUTDOWN',
  severity: 'warning',
  layer: 'mesh',
  title: 'A proxy that ends after the application is told to wait before it ends.',
  reads: ['mesh/objects'],
  why: 'Since 2.20 the proxy is a native sidecar by default: it ends after the application, and proxy-wait-before-exit-seconds is ignored (charts, _proxy.tpl). For a proxy of the older kind SHUTDOWN_LEGACY compares the wait with the drain of the application.',
  fix: 'No wait; or proxy-enable-native-sidecar: "false", where nodes are older than Kubernetes 1.29.',
  check: (composition) => {
    const world = linkerdWorld(composition);
    if (world === undefined) return [];
    return meshedPods(world).flatMap((pods) => {
      const at = waitBeforeExit(pods);
      const native = isNativeProxy(pods, world);
      if (at === undefined || native === undefined) return [];
      // Without a word the version of the control plane decides, and it may be older.
      return [
        {
          target: targetOf(pods.object),
          at: locate(at),
          severity: native === 'said' ? ('warning' as const) : ('info' as const),
          message: `proxy-wait-before-exit-seconds ${text(at).value} is ignored: the proxy is a native sidecar${native === 'said' ? '' : ' unless the control plane is older than 2.20'}.`,
          fix: 'Take the annotation out.',
          edits: removeValue({ place: locate(at) }),
        },
      ];
    });
  },
};
