import { isAmbientPods } from '../effective/ambient.js';
import type { Rule } from '../../../rules/rule.js';

const ALL = ['proxyCPU', 'proxyMemory', 'proxyCPULimit', 'proxyMemoryLimit'];

export const proxyResPartial: Rule = {
  code: 'PROXY_RES_PARTIAL',
  severity: 'info',
  layer: 'mesh',
  title: 'Some resource annotations of the sidecar are set, and the others lose their defaults.',
  reads: ['mesh/workload'],
  why: 'One annotation drops all defaults of the chart (100m and 128Mi, limits 2 and 1Gi): what is not given is not limited at all (injection-template.yaml, resources).',
  fix: 'All four: sidecar.istio.io/proxyCPU, proxyMemory, proxyCPULimit, proxyMemoryLimit.',
  check: ({ all }) =>
    all('mesh/workload').flatMap((workload) => {
      if (isAmbientPods(workload)) return [];
      const { target, values } = workload;
      const { resources } = values.proxy;
      const missing = ALL.filter((name) => !resources.value.includes(name));
      if (resources.value.length === 0 || missing.length === 0) return [];
      return [
        {
          target,
          at: resources.place,
          message: `The sidecar has ${resources.value.join(', ')} and no ${missing.join(', ')}: Istio's defaults for those are dropped.`,
          fix: `Add ${missing.map((name) => `sidecar.istio.io/${name}`).join(', ')}.`,
        },
      ];
    }),
};
