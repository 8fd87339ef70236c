import { down, locate, targetOf } from '../../../manifests/cursor.js';
import type { Rule } from '../../../rules/rule.js';
import { podsOf, selectPods } from '../../kubernetes/written/pods.js';
import { isUnresolved, mayBeSelected } from '../../../flow/selection.js';
import { worldOf } from '../../world.js';
import { gatewaysOf } from '../written/gateways.js';

/** What the gateways of Istio's own charts and profiles are called; they are in no one's manifests. */
const INSTALLED = /^(?:istio-?)?(?:ingress|egress|eastwest)-?(?:gateway)?$|^gateway$/;

export const gatewayNoPods: Rule = {
  code: 'GATEWAY_NO_PODS',
  severity: 'info',
  layer: 'mesh',
  title: 'The selector of a Gateway selects no pod here.',
  reads: ['mesh/objects'],
  why: 'A Gateway without pods opens no port: its selector must have labels of the pods of a gateway (IST0101, KIA0302). Those of an installation are mostly elsewhere, and the usual names are left out.',
  fix: 'The labels of the gateway pods, such as istio: ingressgateway.',
  check: (composition) => {
    const world = worldOf(composition);
    return gatewaysOf(composition).flatMap(({ object, selector }) => {
      const labels = Object.entries(selector);
      const isInstalled = labels.some(([, value]) => INSTALLED.test(value));
      if (labels.length === 0 || isInstalled || selectPods(world, selector, '').length > 0)
        return [];
      if (podsOf(world).some((pods) => mayBeSelected(selector, pods.labels))) return [];
      if (labels.some(([, value]) => isUnresolved(value))) return [];
      const asked = labels.map(([key, value]) => `${key}: ${value}`).join(', ');
      return [
        {
          target: targetOf(object),
          at: locate(down(object, 'spec', 'selector')),
          message: `No pod here has ${asked}: unless a gateway elsewhere has, nothing listens.`,
          fix: 'Use the labels of the pods of your gateway.',
        },
      ];
    });
  },
};
