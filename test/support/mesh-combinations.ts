import type { MeshVariant } from '../../src/model/mesh-variant.js';
import { pairwise, type Combination } from './combinations.js';

/** What a choice adds to scaffold.yaml: a capability, a setting of mesh-ready, or how many upstreams. */
type Choice = {
  readonly word: string;
  readonly capability?: string;
  readonly settings?: readonly string[];
  readonly upstreams?: number;
  readonly service?: string;
  /** What replaces the upstreams of the same place. */
  readonly called?: readonly string[];
};

/** A neighbour, a Service of another namespace, TLS, a plain host outside, and a stream: every shape of an upstream. */
const UPSTREAMS = [
  '{ name: inventory, url: "http://inventory.stock.svc.cluster.local:8080" }',
  '{ name: payments-2, url: "https://payments.example.com", timeout: 3s }',
  '{ name: near, url: "http://near.shop.svc.cluster.local" }',
  '{ name: type, url: "http://legacy.example.com:8081", stream: true, replicas: 1 }',
  '{ name: events, url: "http://events.stock.svc.cluster.local", stream: true }',
];

/** Called by gRPC: with methods, without any, and outside the cluster with one that is never repeated. */
const CALLED_BY_GRPC = [
  '{ name: inventory, url: "grpc://inventory.stock.svc.cluster.local:9090", methods: [{ name: /items.v1.ItemsService/GetItem, idempotent: true }, { name: /items.v1.ItemsService/CreateItem }] }',
  '{ name: payments-2, url: "grpcs://payments.example.com", timeout: 3s }',
  '{ name: near, url: "grpc://near.shop.svc.cluster.local:9090" }',
];
/** All that the sample's contract has: what is left out is refused, and `check` says so. */
const METHODS = `methods: [${['GetItem', 'ListItems', 'GetUpstreamItem']
  .map((name) => `{ name: /items.v1.ItemsService/${name}, idempotent: true }`)
  .join(', ')}, { name: /items.v1.ItemsService/CreateItem }]`;
const CALLERS =
  '[{ namespace: web, serviceAccount: storefront, users: true }, { namespace: ops, serviceAccount: jobs }]';
const HOSTS =
  '[{ host: db.example.com, port: 5432, protocol: tcp }, { host: cache.stock.svc.cluster.local, port: 6379, protocol: tcp }]';

/**
 * What a service may choose beside its mesh, one row a factor. A mesh's own settings are factors of its variants
 * (`further`).
 */
const factors: readonly (readonly Choice[])[] = [
  ...['retry', 'circuit-breaker', 'jwt', 'observability'].map((id) => [
    { word: `no ${id}` },
    { word: id, capability: id },
  ]),
  [0, 1, 3, UPSTREAMS.length].map((count) => ({ word: `${count} upstreams`, upstreams: count })),
  [
    { word: '3 replicas', settings: ['replicas: 3'] },
    { word: '1 replica', settings: ['replicas: 1'] },
  ],
  [{ word: 'no callers' }, { word: 'callers', settings: [`callers: ${CALLERS}`] }],
  [{ word: 'enforced' }, { word: 'observed', settings: ['rollout: observe'] }],
  [{ word: 'no more hosts' }, { word: 'more hosts', settings: [`egress: ${HOSTS}`] }],
];

/** How it is called and calls. No route of Gateway API can end the retries that a mesh makes of gRPC on its own. */
const transports: readonly (readonly Choice[])[] = [
  [
    { word: 'serves HTTP' },
    { word: 'serves gRPC', service: `transport: grpc, port: 9090, ${METHODS}` },
    { word: 'serves gRPC without methods', service: 'transport: grpc, healthPort: 8081' },
  ],
  [{ word: 'calls by HTTP' }, { word: 'calls by both', called: CALLED_BY_GRPC }],
];

/** Services of one variant that hold every pair of choices, and each has an environment in another namespace. */
export function meshCombinations({ settings, further = [] }: MeshVariant): Combination[] {
  const ofVariant = further.map((each): readonly Choice[] => [
    { word: `no ${each}` },
    { word: each, settings: [each.replace('=', ': ')] },
  ]);
  const chosen = settings.map((each) => each.replace('=', ': '));
  const carried = chosen.includes('routes: gateway-api') ? [] : transports;
  return pairwise(
    product([...factors, ...carried, ...ofVariant]).map((choices) =>
      combinationOf(choices, chosen),
    ),
  );
}

function combinationOf(choices: readonly Choice[], ofVariant: readonly string[]): Combination {
  const capabilities = choices.flatMap(({ capability }) => capability ?? []);
  const settings = [
    'namespace: shop',
    ...ofVariant,
    ...choices.flatMap((choice) => choice.settings ?? []),
  ];
  const count = choices.flatMap(({ upstreams }) => upstreams ?? [])[0] ?? 0;
  const service = choices.flatMap((choice) => choice.service ?? []).map((text) => `, ${text}`);
  const called = choices.flatMap((choice) => choice.called ?? []);
  const upstreams = UPSTREAMS.map((usual, index) => called[index] ?? usual);
  return {
    name: choices.map(({ word }) => word).join(', '),
    factors: choices.map(({ word }) => word),
    text: [
      `service: { name: orders, language: go, module: example.com/orders${service.join('')} }`,
      'capabilities:',
      ...capabilities.map((id) => `  ${id}: {}`),
      `  mesh-ready: { ${settings.join(', ')} }`,
      `upstreams: [${upstreams.slice(0, count).join(', ')}]`,
      'environments: { staging: { namespace: shop-staging, replicas: 2 } }',
    ].join('\n'),
  };
}

function product<T>(lists: readonly (readonly T[])[]): T[][] {
  return lists.reduce<T[][]>(
    (found, list) => found.flatMap((chosen) => list.map((item) => [...chosen, item])),
    [[]],
  );
}
