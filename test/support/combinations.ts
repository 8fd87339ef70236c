import type { Catalog } from '../../src/model/catalog.js';

/**
 * A request of the matrix, as scaffold.yaml. `factors` is what it chooses, one word a factor: `retry` or `no retry`
 * for each capability, and `3 upstreams`.
 */
export type Combination = {
  readonly name: string;
  readonly text: string;
  readonly factors: readonly string[];
};

/** In-cluster, opaque and plain external: every shape that an upstream takes. */
const UPSTREAMS = [
  '{ name: inventory, url: "http://inventory.shop.svc.cluster.local:8080" }',
  '{ name: payments-2, url: "https://payments.example.com", timeout: 3s }',
  '{ name: type, url: "http://legacy.example.com:8081", stream: true, replicas: 1 }',
];

/** Variables of its own code, of every type, as a service with one upstream has them. */
const VARIABLES = [
  '{ name: PAGE_SIZE, type: integer, default: 50, doc: Items of a page. }',
  '{ name: API_TOKEN, from: { secret: orders, key: token }, doc: "Token of the \\"shop\\" API: 5 * 3 */." }',
  '{ name: REGION, from: { configMap: platform, key: region }, doc: Region of the cluster. }',
  '{ name: RATE, type: number, default: 0.5, doc: Share of calls that are sampled. }',
  '{ name: EAGER, type: boolean, default: true, doc: Whether items are read at the start. }',
  '{ name: LEASE, type: duration, default: 90s, doc: How long an item is reserved. }',
  '{ name: SHOP, type: url, default: "https://shop.example.com/x", doc: Where the shop is. }',
];

/** Called by gRPC, by HTTP, and by gRPC outside the cluster. */
const MIXED_UPSTREAMS = [
  '{ name: inventory, url: "grpc://inventory.shop.svc.cluster.local:9090" }',
  '{ name: payments-2, url: "https://payments.example.com", timeout: 3s }',
  '{ name: type, url: "grpcs://legacy.example.com", stream: true, replicas: 1, retry: false }',
];

/**
 * Every set of capabilities, with no, one and three upstreams. Of services that use a further transport, which the
 * language must serve and call by, only those are here that hold every pair.
 */
export function allCombinations(catalog: Catalog, language: string): Combination[] {
  const usual = combinationsOf(catalog, language, { serves: 'http', upstreams: UPSTREAMS });
  const template = catalog.languages.find((candidate) => candidate.language === language);
  const further = ['serves', 'calls'] as const;
  if (!further.every((how) => template?.transports[how].includes('grpc'))) return usual;
  const mixed = ['http', 'grpc'].flatMap((serves) =>
    combinationsOf(catalog, language, { serves, upstreams: MIXED_UPSTREAMS }),
  );
  return [...usual, ...pairwise(mixed)];
}

type Calls = { readonly serves: string; readonly upstreams: readonly string[] };

function combinationsOf(
  catalog: Catalog,
  language: string,
  { serves, upstreams }: Calls,
): Combination[] {
  const ids = catalog.capabilities.map(({ id }) => id);
  const calls = upstreams === UPSTREAMS ? '' : ` of several transports, serves ${serves}`;
  return subsets(ids).flatMap((chosen) =>
    [0, 1, 3].map((count) => ({
      name: `${chosen.join('+') || 'none'}, ${count} upstreams${calls}`,
      factors: [
        ...ids.map((id) => (chosen.includes(id) ? id : `no ${id}`)),
        `${count} upstreams${calls === '' ? '' : ' of several transports'}`,
        `serves ${serves}`,
      ],
      text: [
        'service:',
        `  name: orders`,
        `  language: ${language}`,
        `  module: ${moduleOf(catalog, language)}`,
        `  transport: ${serves}`,
        ...(serves === 'grpc' && count === 3 ? ['  healthPort: 8081', '  reflection: true'] : []),
        `  variables: [${count === 1 ? VARIABLES.join(', ') : ''}]`,
        `capabilities: { ${chosen.map((id) => `${id}: {}`).join(', ')} }`,
        `upstreams: [${upstreams
          .slice(0, count)
          // An override needs its capability.
          .map((text) => (chosen.includes('retry') ? text : text.replace(', retry: false', '')))
          .join(', ')}]`,
      ].join('\n'),
    })),
  );
}

/** The pairs of what a combination chooses. */
export function pairsOf({ factors }: Combination): string[] {
  return factors.flatMap((left, index) =>
    factors.slice(index + 1).map((right) => `${left} with ${right}`),
  );
}

/**
 * As few of the combinations as hold every pair of choices that any of them holds, the largest first: at each step
 * the one with the most pairs that are still missing.
 */
export function pairwise(combinations: readonly Combination[]): Combination[] {
  const missing = new Set(combinations.flatMap(pairsOf));
  const chosen: Combination[] = [];
  const add = (combination: Combination): void => {
    chosen.push(combination);
    for (const pair of pairsOf(combination)) missing.delete(pair);
  };
  combinations.slice(-1).forEach(add);
  while (missing.size > 0) {
    const gain = (combination: Combination): number =>
      pairsOf(combination).filter((pair) => missing.has(pair)).length;
    add(combinations.reduce((best, next) => (gain(next) > gain(best) ? next : best)));
  }
  return chosen;
}

/** scaffold.yaml of a service made by hand, with one upstream. */
export function adoptedRequest(
  catalog: Catalog,
  language: string,
  chosen: readonly string[],
): string {
  return [
    `service: { name: orders, language: ${language}, module: ${moduleOf(catalog, language)}, adopted: true }`,
    `capabilities: { ${chosen.map((id) => `${id}: {}`).join(', ')} }`,
    `upstreams: [${UPSTREAMS[0] ?? ''}]`,
  ].join('\n');
}

function moduleOf(catalog: Catalog, language: string): string {
  const template = catalog.languages.find((candidate) => candidate.language === language);
  return JSON.stringify(template?.module.default.replace('{name}', 'orders'));
}

function subsets(ids: readonly string[]): string[][] {
  return ids.reduce<string[][]>((sets, id) => [...sets, ...sets.map((set) => [...set, id])], [[]]);
}
