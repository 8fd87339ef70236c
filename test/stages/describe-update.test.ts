import { expect, test } from 'vitest';

import { effectOf } from '../../src/stages/describe-update.js';

test.each([
  ['cmd/orders/main.go', 'none'],
  ['deploy/mesh/kustomization.yaml', 'none'],
  ['deploy/base/deployment.yaml', 'restart'],
  ['deploy/mesh/orders-to-inventory.yaml', 'traffic'],
  ['deploy/overlays/staging/kustomization.yaml', 'none'],
  ['deploy/overlays/staging/orders.deployment.yaml', 'restart'],
  ['deploy/overlays/staging/orders.horizontal-pod-autoscaler.yaml', 'restart'],
  ['deploy/overlays/staging/orders.destination-rule.yaml', 'traffic'],
  ['deploy/overlays/staging/orders.service-entry.yaml', 'traffic'],
])('a change of %s has effect: %s', (path, effect) => {
  expect(effectOf(path)).toBe(effect);
});
