import { locate, targetOf, text } from '../../../manifests/cursor.js';
import type { Rule } from '../../../rules/rule.js';
import { worldOf } from '../../world.js';
import { annotationsIn } from '../written/annotations.js';

type Form = { readonly pattern: RegExp; readonly words: string };

const COUNT: Form = { pattern: /^\d+$/, words: 'a whole number' };
const QUANTITY: Form = {
  pattern: /^\d+(?:\.\d+)?(?:m|k|M|G|T|Ki|Mi|Gi|Ti)?$/,
  words: 'a quantity such as 100m or 128Mi',
};
const PORTS: Form = {
  pattern: /^(?:\*|\d{1,5}(?:,\s*\d{1,5})*)?$/,
  words: 'ports separated by commas',
};
const RANGES: Form = {
  pattern: /^(?:\*|[\da-fA-F.:]+\/\d+(?:,\s*[\da-fA-F.:]+\/\d+)*)?$/,
  words: 'ranges such as 10.0.0.0/8, separated by commas',
};

/** What the injector reads, by the form that it accepts (pkg/kube/inject/validate.go). */
const FORMS: Readonly<Record<string, Form>> = {
  'readiness.status.sidecar.istio.io/initialDelaySeconds': COUNT,
  'readiness.status.sidecar.istio.io/periodSeconds': COUNT,
  'readiness.status.sidecar.istio.io/failureThreshold': COUNT,
  'status.sidecar.istio.io/port': COUNT,
  'sidecar.istio.io/interceptionMode': {
    pattern: /^(?:REDIRECT|TPROXY|NONE)$/,
    words: 'REDIRECT, TPROXY or NONE',
  },
  'sidecar.istio.io/proxyCPU': QUANTITY,
  'sidecar.istio.io/proxyMemory': QUANTITY,
  'sidecar.istio.io/proxyCPULimit': QUANTITY,
  'sidecar.istio.io/proxyMemoryLimit': QUANTITY,
  'traffic.sidecar.istio.io/includeInboundPorts': PORTS,
  'traffic.sidecar.istio.io/excludeInboundPorts': PORTS,
  'traffic.sidecar.istio.io/includeOutboundIPRanges': RANGES,
  'traffic.sidecar.istio.io/excludeOutboundIPRanges': RANGES,
  'prometheus.istio.io/merge-metrics': {
    pattern: /^(?:true|false|True|False|TRUE|FALSE|0|1|t|f|T|F)$/,
    words: 'true or false',
  },
};

export const annotationInvalid: Rule = {
  code: 'ANNOTATION_INVALID',
  severity: 'error',
  layer: 'mesh',
  title: 'An annotation of the sidecar has a value that the injector refuses.',
  reads: ['mesh/objects'],
  why: 'The injector checks these values, and refuses the pod for one that it cannot read: a Deployment then makes no pods (pkg/kube/inject/validate.go; IST0125).',
  fix: 'A value of the form that the injector reads.',
  check: (composition) =>
    annotationsIn(worldOf(composition)).flatMap(({ object, name, at, holder }) => {
      const form = FORMS[name];
      const { value } = text(at);
      if (
        form === undefined ||
        holder !== 'Pod' ||
        form.pattern.test(value) ||
        /\$|\{\{/.test(value)
      )
        return [];
      return [
        {
          target: targetOf(object),
          at: locate(at),
          message: `${name} must be ${form.words}, not "${value}": the injector refuses the pod.`,
          fix: `Write ${form.words}.`,
        },
      ];
    }),
};
