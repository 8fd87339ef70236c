import { expect, test } from 'vitest';

import { kindFacts } from '../../src/meshes/kind-facts.js';
import { effectOf } from '../../src/stages/describe-update.js';

test.each([
  ['cmd/orders/main.go', '', 'none'],
  ['deploy/mesh/kustomization.yaml', 'Kustomization', 'none'],
  ['deploy/base/deployment.yaml', 'Deployment', 'restart'],
  ['deploy/base/horizontal-pod-autoscaler.yaml', 'HorizontalPodAutoscaler', 'none'],
  ['deploy/base/service-account.yaml', 'ServiceAccount', 'none'],
  ['deploy/base/service.yaml', 'Service', 'traffic'],
  ['deploy/mesh/orders-to-inventory.yaml', 'VirtualService', 'traffic'],
  ['deploy/overlays/staging/kustomization.yaml', 'Kustomization', 'none'],
  ['deploy/overlays/staging/orders.deployment.yaml', 'Deployment', 'restart'],
])('a change of %s, %s, has effect: %s', (path, kind, effect) => {
  const text = `apiVersion: v1\nkind: ${kind}\nspec:\n  kind: Pod\n`;
  expect(effectOf(path, text, kindFacts)).toBe(effect);
});

test.each([
  ['orders.deployment.yaml', 'restart'],
  ['orders.horizontal-pod-autoscaler.yaml', 'none'],
  ['orders.destination-rule.yaml', 'traffic'],
  ['orders.service-entry.yaml', 'traffic'],
])('a JSON patch in %s has effect: %s', (name, effect) => {
  expect(effectOf(`deploy/overlays/staging/${name}`, '- op: remove\n', kindFacts)).toBe(effect);
});
