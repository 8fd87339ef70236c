import { ROOT_NAMESPACE } from '../effective/lookup.js';
import type { Rule } from '../../../rules/rule.js';

export const mtlsPermissive: Rule = {
  code: 'MTLS_PERMISSIVE',
  severity: 'warning',
  layer: 'mesh',
  title: 'A namespace, or the whole mesh, takes plain text.',
  reads: ['mesh/mtls'],
  why: "PERMISSIVE is for the time in which workloads join the mesh: until it ends anybody who reaches a pod may call it unencrypted, without an identity. DISABLE takes mTLS away from those that have it (Istio's security best practices).",
  fix: 'mtls: { mode: STRICT }, with an exception by selector or port for what must take plain text.',
  check: ({ all }) =>
    all('mesh/mtls').flatMap(({ target, namespace, values }) => {
      const { mode, selector } = values;
      if (Object.keys(selector ?? {}).length > 0) return [];
      if (mode.value !== 'PERMISSIVE' && mode.value !== 'DISABLE') return [];
      const scope = namespace === ROOT_NAMESPACE ? 'the whole mesh' : 'every pod of its namespace';
      return [
        {
          target,
          at: mode.place,
          severity: mode.value === 'DISABLE' ? ('warning' as const) : ('info' as const),
          message: `${mode.value} for ${scope}: ${mode.value === 'DISABLE' ? 'calls go unencrypted and without an identity' : 'calls in plain text are taken beside mTLS'}.`,
          fix: 'mtls: { mode: STRICT } once every caller has a sidecar.',
        },
      ];
    }),
};
