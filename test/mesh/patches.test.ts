import { describe, expect, it } from 'vitest';

import { validateManifests } from '../../src/meshes/validate-manifests.js';

/** Findings about one patch of a kustomization. */
function findingsOf(patch: string): string[] {
  const kustomization = [
    'apiVersion: kustomize.config.k8s.io/v1beta1',
    'kind: Kustomization',
    'resources: [../../mesh]',
    'patches: [{ path: ./orders.yaml }]',
  ].join('\n');
  return validateManifests([
    { path: 'deploy/overlays/staging/kustomization.yaml', text: kustomization },
    { path: 'deploy/overlays/staging/orders.yaml', text: patch },
  ]).findings.map(({ line, message }) => `${line} ${message}`);
}

const deployment = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: orders }\n';

describe('a patch', () => {
  it('may leave out what its kind must have', () => {
    expect(
      findingsOf(`${deployment}spec: { template: { spec: { containers: [{ name: app }] } } }`),
    ).toEqual([]);
  });

  it('may empty a field and speak to kustomize', () => {
    expect(findingsOf(`${deployment}spec: { replicas: null }`)).toEqual([]);
    expect(findingsOf(`$patch: delete\n${deployment}`)).toEqual([]);
  });

  it('must not name fields that its kind does not have', () => {
    expect(findingsOf(`${deployment}spec: { replica: 2 }`)).toEqual([
      '4 spec.replica is no field of its kind. Did you mean replicas?',
    ]);
  });

  it('that is a list of operations must be one', () => {
    expect(
      findingsOf(
        [
          '- { op: replace, path: /spec/host, value: a }',
          '- { op: change, path: /spec/host }',
          '- { op: add, path: spec, value: 1 }',
          '- { op: test, path: /spec }',
        ].join('\n'),
      ),
    ).toEqual([
      '2 [1] must have an op of add, replace, test, move, copy or remove.',
      '3 "spec" is no JSON pointer: it must start with "/".',
      '4 the operation test must have value.',
    ]);
  });
});

it('the same file is a whole object where no kustomization patches with it', () => {
  const { findings } = validateManifests([{ path: 'orders.yaml', text: `${deployment}spec: {}` }]);
  expect(findings.map(({ message }) => message)).toEqual([
    'spec must have selector.',
    'spec must have template.',
  ]);
});
