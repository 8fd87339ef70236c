import fc from 'fast-check';
import { parse, parseAllDocuments } from 'yaml';
import { describe, expect, it } from 'vitest';

import { kindFacts } from '../../src/meshes/kind-facts.js';
import { podMergeKeys } from '../../src/meshes/kubernetes/pod-merge-keys.js';
import { validateManifests } from '../../src/meshes/validate-manifests.js';
import { overlay } from '../../src/stages/overlay.js';
import { jsonPatch } from '../../src/stages/overlay/json-patch.js';
import { strategicPatch } from '../../src/stages/overlay/strategic-patch.js';
import { inventory, objectsOf, renderDeploy, request, writeFiles } from './support/deploy.js';
import { needing, runTool } from './support/tools.js';

describe('strategic merge patch', () => {
  it.each([
    ['nothing', { a: 1 }, { a: 1 }, undefined],
    ['a value', { a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, { a: { c: 3 } }],
    ['a field that goes', { a: { b: 1 } }, { a: {} }, { a: { b: null } }],
    ['a field that comes', {}, { a: [1] }, { a: [1] }],
    [
      'a list without a key, whole',
      { args: ['a', 'b'] },
      { args: ['a', 'c'] },
      { args: ['a', 'c'] },
    ],
    [
      'items by their key',
      {
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
          { name: 'C', value: '3' },
        ],
      },
      {
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '4' },
          { name: 'D', value: '5' },
        ],
      },
      {
        env: [
          { name: 'B', value: '4' },
          { name: 'D', value: '5' },
          { $patch: 'delete', name: 'C' },
        ],
      },
    ],
    [
      'items that share a key, whole',
      { env: [{ name: 'A' }, { name: 'A' }] },
      { env: [{ name: 'A' }] },
      { env: [{ $patch: 'replace' }, { name: 'A' }] },
    ],
    [
      'another order, whole',
      { env: [{ name: 'A' }, { name: 'B' }] },
      { env: [{ name: 'B' }, { name: 'A' }] },
      { env: [{ $patch: 'replace' }, { name: 'B' }, { name: 'A' }] },
    ],
  ])('says %s', (_, base, target, patch) => {
    expect(strategicPatch(base, target, podMergeKeys)).toEqual(patch);
  });
});

describe('JSON patch', () => {
  it.each([
    ['nothing', { a: [{ b: 1 }] }, { a: [{ b: 1 }] }, []],
    ['a value', { a: { b: 1 } }, { a: { b: 2 } }, [{ op: 'replace', path: '/a/b', value: 2 }]],
    ['a field that goes', { a: 1 }, {}, [{ op: 'remove', path: '/a' }]],
    ['a field that comes', {}, { 'x/y~z': 1 }, [{ op: 'add', path: '/x~1y~0z', value: 1 }]],
    [
      'a named item, only while it is that item',
      {
        http: [
          { name: 'one', timeout: '1s' },
          { name: 'two', timeout: '1s' },
        ],
      },
      {
        http: [
          { name: 'one', timeout: '1s' },
          { name: 'two', timeout: '2s' },
        ],
      },
      [
        { op: 'test', path: '/http/1/name', value: 'two' },
        { op: 'replace', path: '/http/1/timeout', value: '2s' },
      ],
    ],
    [
      'a list of other items, whole',
      { a: [{ name: 'x' }] },
      { a: [{ name: 'y' }] },
      [{ op: 'replace', path: '/a', value: [{ name: 'y' }] }],
    ],
    [
      'a list of another length, whole',
      { a: [1, 2] },
      { a: [1] },
      [{ op: 'replace', path: '/a', value: [1] }],
    ],
  ])('says %s', (_, base, target, operations) => {
    expect(jsonPatch(base, target)).toEqual(operations);
  });
});

describe('an overlay', () => {
  const filesOf = (environment: string): ReadonlyMap<string, string> => {
    const text = request({ environments: `staging: { ${environment} }` });
    return overlay(
      renderDeploy(text, undefined).filter(({ path }) => !path.includes('overlays')),
      renderDeploy(text, 'staging'),
      kindFacts,
    );
  };

  it('of nothing stands on the mesh folder alone', () => {
    expect([...filesOf('')].map(([name, text]) => ({ [name]: parse(text) as unknown }))).toEqual([
      {
        'kustomization.yaml': {
          apiVersion: 'kustomize.config.k8s.io/v1beta1',
          kind: 'Kustomization',
          resources: ['../../mesh'],
        },
      },
    ]);
  });

  it('moves everything to another namespace in one line, and imports the VirtualServices from there', () => {
    const files = filesOf('namespace: shop-staging');
    expect([...files.keys()]).toEqual([
      'kustomization.yaml',
      'orders.destination-rule.yaml',
      'orders.sidecar.yaml',
    ]);
    expect(parse(files.get('kustomization.yaml')!)).toMatchObject({ namespace: 'shop-staging' });
    expect(parse(files.get('orders.destination-rule.yaml')!)).toEqual([
      { op: 'replace', path: '/spec/host', value: 'orders.shop-staging.svc.cluster.local' },
    ]);
    const own = './inventory.shop.svc.cluster.local';
    expect(files.get('orders.sidecar.yaml')).toContain(own);
  });

  it('takes out what the environment does not have', () => {
    const files = filesOf('replicas: 1');
    expect(parse(files.get('orders.horizontal-pod-autoscaler.yaml')!)).toMatchObject({
      $patch: 'delete',
    });
    expect(parse(files.get('orders.deployment.yaml')!)).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'orders' },
      spec: { replicas: 1 },
    });
  });

  it('quotes words that an older YAML takes for something else', () => {
    const text = filesOf('namespace: "no"').get('kustomization.yaml')!;
    expect(text).toContain('namespace: "no"');
  });

  it('is part of what is rendered, and valid', () => {
    const files = renderDeploy(
      request({ environments: 'staging: { replicas: 1 }, watch: { rollout: observe }' }),
    );
    const overlays = files.filter(({ path }) => path.startsWith('deploy/overlays/'));
    expect(overlays.map(({ path }) => path)).toContain('deploy/overlays/watch/orders.sidecar.yaml');
    expect(validateManifests(files).findings).toEqual([]);
  });
});

const kustomize = needing('kustomize');

describe.skipIf(kustomize.skip)(`kustomize build${kustomize.note}`, () => {
  const one = <T>(...values: T[]) => fc.constantFrom(...values);
  const shared = [
    '{ jwt: { issuer: "https://other.example.com", anonymousPaths: [] } }',
    '{ mesh-ready: { callers: [{ namespace: web, serviceAccount: storefront, users: true }] } }',
    '{ retry: { attempts: 3 }, observability: { endpoint: "http://otel.istio-system.svc.cluster.local:4317" } }',
    '{ retry: { attempts: 1 } }',
  ];
  const meshes: Readonly<Record<string, readonly string[]>> = {
    istio: [
      '{ mesh-ready: { callers: [{ namespace: web, serviceAccount: storefront }], revision: canary } }',
      '{ mesh-ready: { egress: [{ host: api.example.com, port: 8443 }], tracingProvider: tempo } }',
    ],
    linkerd: [
      '{ mesh-ready: { callers: [{ namespace: web, serviceAccount: storefront }], egress: [{ host: api.example.com, port: 8443 }] } }',
    ],
  };
  const environments = (capabilities: readonly string[]) =>
    fc.record(
      {
        namespace: one('shop', 'shop-staging', '"no"', '"0123"'),
        replicas: one(1, 2, 5),
        rollout: one('observe', 'enforce'),
        service: one(
          '{ port: 9090 }',
          '{ timeout: 30s }',
          '{ image: "registry.example.com/orders:1.2.3" }',
        ),
        capabilities: one(...capabilities, ...shared),
        upstreams: one(
          '[{ name: inventory, url: "http://inventory.example.com:8080" }]',
          '[{ name: inventory, url: "https://inventory.shop.svc.cluster.local" }]',
          '[{ name: inventory, timeout: 4s, replicas: 1 }]',
          '[{ name: inventory, stream: true }, { name: old, mesh: { owner: provider } }]',
        ),
      },
      { requiredKeys: [] },
    );

  it.each(Object.entries(meshes))(
    'of an overlay for %s gives what is rendered for its environment',
    async (mesh, own) => {
      await fc.assert(
        fc.asyncProperty(one(1, 3), environments(own), async (replicas, environment) => {
          const text = request({
            mesh: `, provider: ${mesh}, replicas: ${replicas}`,
            upstreams: [inventory, '{ name: old, url: "http://old.example.com" }'],
            environments: `other: { ${Object.entries(environment)
              .map(([key, value]) => `${key}: ${value}`)
              .join(', ')} }`,
          });
          const folder = writeFiles(renderDeploy(text));
          const { code, stdout, stderr } = await runTool(
            'kustomize',
            ['build', 'deploy/overlays/other'],
            folder,
          );
          expect([code, stderr]).toEqual([0, '']);
          const built = objectsOf(
            parseAllDocuments(stdout).map((document) => ({ path: '', text: String(document) })),
          );
          const direct = objectsOf(renderDeploy(text, 'other'));
          expect([...built.keys()].sort()).toEqual([...direct.keys()].sort());
          for (const [id, object] of direct)
            expect(unordered(built.get(id))).toEqual(unordered(object));
        }),
        { numRuns: 15 },
      );
    },
  );
});

/** Lists that Kubernetes merges by name: kustomize puts patched items first. */
function unordered(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = (value as unknown[]).map(unordered);
    return items.every(isNamed) ? items.toSorted((a, b) => (a.name < b.name ? -1 : 1)) : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unordered(item)]));
}

/** Routes have names too, but an order. */
function isNamed(item: unknown): item is { readonly name: string } {
  return typeof item === 'object' && item !== null && 'name' in item && !('match' in item);
}
