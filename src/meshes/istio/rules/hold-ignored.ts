import type { Rule } from '../../../rules/rule.js';

export const holdIgnored: Rule = {
  code: 'HOLD_IGNORED',
  severity: 'info',
  layer: 'mesh',
  title: 'holdApplicationUntilProxyStarts does nothing beside a native sidecar.',
  reads: ['mesh/workload'],
  why: 'A native sidecar is an init container that starts first; the injection template holds only where it is not native (injection-template.yaml, $holdProxy).',
  fix: 'Drop it, or the annotation sidecar.istio.io/nativeSidecar: "true" where old nodes are left.',
  check: ({ all }) =>
    all('mesh/workload').flatMap(({ target, values }) => {
      const { holdApplication } = values.proxy;
      if (values.isNative !== true || !holdApplication.value) return [];
      return [
        {
          target,
          at: holdApplication.place,
          message:
            'holdApplicationUntilProxyStarts is ignored: the pod asks for a native sidecar, which starts first anyway.',
          fix: 'Drop holdApplicationUntilProxyStarts.',
        },
      ];
    }),
};
