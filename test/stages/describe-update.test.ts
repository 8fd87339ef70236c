import { expect, test } from 'vitest';

import { effectOf } from '../../src/stages/describe-update.js';

test.each([
  ['cmd/orders/main.go', '', 'none'],
  ['deploy/mesh/kustomization.yaml', 'kind: Kustomization', 'none'],
  ['deploy/base/deployment.yaml', 'kind: Deployment', 'restart'],
  ['deploy/base/horizontal-pod-autoscaler.yaml', 'kind: HorizontalPodAutoscaler', 'none'],
  ['deploy/base/service.yaml', 'kind: Service', 'traffic'],
  ['deploy/mesh/orders-to-inventory.yaml', 'kind: VirtualService', 'traffic'],
  ['deploy/overlays/staging/orders.deployment.yaml', 'kind: Deployment', 'restart'],
  ['deploy/overlays/staging/orders.destination-rule.yaml', '- op: replace', 'traffic'],
  ['deploy/overlays/staging/orders.service-entry.yaml', 'kind: ServiceEntry', 'traffic'],
])('a change of %s (%s) has effect: %s', (path, text, effect) => {
  expect(effectOf(path, text)).toBe(effect);
});
