import { expect, test } from 'vitest';

import { kindFacts } from '../../src/meshes/kind-facts.js';
import { resolveKustomization } from '../../src/manifests/kustomize.js';
import { plainOf } from '../../src/manifests/yaml-node.js';

const files = new Map([
  ['base/kustomization.yaml', 'resources: [deployment.yaml]\n'],
  [
    'base/deployment.yaml',
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: orders }\nspec:\n  replicas: 2\n  template:\n    spec:\n      containers:\n        - name: app\n          image: a\n          env:\n            - { name: A, value: "1" }\n            - { name: B, value: "2" }\n        - name: side\n          image: b\n',
  ],
  [
    'staging/kustomization.yaml',
    [
      'namespace: shop-staging',
      'resources: [../base, route.yaml]',
      'replicas: [{ name: orders, count: 4 }]',
      'configMapGenerator: [{ name: settings, literals: [LEVEL=debug] }]',
      'patches:',
      '  - path: env.yaml',
      '  - target: { kind: VirtualService, name: orders }',
      '    patch: |-',
      '      - op: replace',
      '        path: /spec/http/0/timeout',
      '        value: 3s',
      '',
    ].join('\n'),
  ],
  [
    'staging/env.yaml',
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: orders }\nspec:\n  template:\n    spec:\n      containers:\n        - name: app\n          env:\n            - { name: B, value: "3" }\n            - { name: C, value: "4" }\n        - name: side\n          $patch: delete\n',
  ],
  [
    'staging/route.yaml',
    'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: orders }\nspec: { hosts: [orders], http: [{ timeout: 1s }] }\n',
  ],
]);

test('resources, patches of both kinds, namespace and replicas come together as kustomize build would', () => {
  const { objects, problems } = resolveKustomization(
    'staging/kustomization.yaml',
    files,
    kindFacts,
  );
  expect(problems).toEqual([]);
  const spec = (kind: string) => {
    const object = objects.find(({ name }) => name.kind === kind);
    return {
      namespace: object?.name.namespace,
      ...(plainOf(object!.root) as { spec?: unknown; data?: unknown }),
    };
  };
  expect(spec('Deployment')).toMatchObject({
    namespace: 'shop-staging',
    spec: {
      replicas: 4,
      template: {
        spec: {
          containers: [
            {
              name: 'app',
              image: 'a',
              env: [
                { name: 'B', value: '3' },
                { name: 'C', value: '4' },
                { name: 'A', value: '1' },
              ],
            },
          ],
        },
      },
    },
  });
  expect(spec('VirtualService').spec).toEqual({ hosts: ['orders'], http: [{ timeout: '3s' }] });
  expect(spec('ConfigMap').data).toEqual({ LEVEL: 'debug' });
});

test('a circle of kustomizations ends', () => {
  for (const text of ['resources: [.]\n', 'resources: [., "", ./]\nbases: [.]\n']) {
    const circle = new Map([['kustomization.yaml', text]]);
    expect(resolveKustomization('kustomization.yaml', circle, kindFacts).objects).toEqual([]);
  }
  const two = new Map([
    ['a/kustomization.yaml', 'resources: [../b]\n'],
    ['b/kustomization.yaml', 'resources: [../a, s.yaml]\n'],
    ['b/s.yaml', 'apiVersion: v1\nkind: Service\nmetadata: { name: s }\n'],
  ]);
  expect(resolveKustomization('a/kustomization.yaml', two, kindFacts).objects).toHaveLength(1);
});

test('a kustomization that leads to a broken file names the place', () => {
  const broken = new Map([
    ['kustomization.yaml', 'resources: [a.yaml]\n'],
    ['a.yaml', 'kind: [\n'],
  ]);
  expect(resolveKustomization('kustomization.yaml', broken, kindFacts).problems).toMatchObject([
    { file: 'a.yaml', line: 2 },
  ]);
});

test.each([
  ['apps/v1', 'Deployment', ['host', 'zone'], ['side:2', 'side:1', 'app:1']],
  // kustomize knows nothing of a custom resource: all its lists are replaced.
  ['argoproj.io/v1alpha1', 'Rollout', ['host'], ['side:2']],
])(
  'a patch of a %s %s merges the lists that Kubernetes merges, by its key',
  (apiVersion, kind, zones, ports) => {
    const objectOf = (spread: string, containers: string) =>
      `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: orders }\nspec:\n  template:\n    spec:\n      topologySpreadConstraints: [{ topologyKey: ${spread} }]\n      containers: [${containers}]\n`;
    const files = new Map([
      ['kustomization.yaml', 'resources: [base.yaml]\npatches: [{ path: patch.yaml }]\n'],
      [
        'base.yaml',
        objectOf(
          'zone',
          '{ name: app, ports: [{ name: http, containerPort: 1 }] }, { name: side, ports: [{ name: http, containerPort: 1 }] }',
        ),
      ],
      ['patch.yaml', objectOf('host', '{ name: side, ports: [{ name: http, containerPort: 2 }] }')],
    ]);
    const [object] = resolveKustomization('kustomization.yaml', files, kindFacts).objects;
    const { spec } = plainOf(object!.root) as {
      spec: {
        template: {
          spec: {
            topologySpreadConstraints: { topologyKey: string }[];
            containers: { name: string; ports: { containerPort: number }[] }[];
          };
        };
      };
    };
    const pod = spec.template.spec;
    expect(pod.topologySpreadConstraints.map(({ topologyKey }) => topologyKey)).toEqual(zones);
    expect(
      pod.containers.flatMap((container) =>
        container.ports.map(({ containerPort }) => `${container.name}:${containerPort}`),
      ),
    ).toEqual(ports);
  },
);
