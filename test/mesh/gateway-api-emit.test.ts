import { describe, expect, it, test } from 'vitest';

import { validateManifests } from '../../src/meshes/validate-manifests.js';
import { checkProjects } from '../../src/project/check-project.js';
import { composeTree } from '../../src/stages/compose-service.js';
import { parseRequest } from '../../src/stages/parse-request.js';
import { resolve } from '../../src/stages/resolve.js';
import { unsaidBy } from '../../src/stages/unsaid.js';
import { allCombinations } from '../support/combinations.js';
import { problemOf, resolveText } from '../support/request.js';
import { at, catalog, objectsOf, renderDeploy, type Manifest } from './support/deploy.js';

/** The upstream of the combinations is in shop: beside the service, or in another namespace. */
const places = {
  'in another namespace': { settings: 'namespace: web', owner: '' },
  'in that of the upstream': { settings: 'namespace: shop', owner: '' },
  'in that of the upstream, which is claimed': {
    settings: 'namespace: shop',
    owner: ', mesh: { owner: consumer }',
  },
};

// Upstreams that are called by gRPC are refused.
const combinations = allCombinations(catalog, 'go').filter(
  ({ text }) => text.includes('mesh-ready: {}') && !text.includes('grpc://'),
);

describe.each(Object.entries(places))('routes: gateway-api, %s', (place, { settings, owner }) => {
  it.each(combinations)('$name', ({ text }) => {
    const asked = [
      text
        .replace('mesh-ready: {}', `mesh-ready: { ${settings}, routes: gateway-api }`)
        .replace('local:8080"', `local:8080"${owner}`),
      'environments: { staging: { replicas: 2 } }',
    ].join('\n');
    const { tree } = composeTree(asked, catalog);
    const deployed = [...tree].flatMap(([path, file]) =>
      path.startsWith('deploy/') ? [{ path, text: file.text }] : [],
    );
    const { findings, unchecked } = validateManifests(deployed);
    expect([findings, unchecked]).toEqual([[], []]);
    const files = new Map([...tree].map(([path, file]) => [path, file.text]));
    for (const environment of [undefined, 'staging']) {
      const options = environment === undefined ? {} : { environment };
      const [checked] = checkProjects([{ files, catalog, ...options }]);
      expect(checked?.problems).toEqual([]);
      const loud = checked?.findings.filter(({ severity }) => severity !== 'info');
      expect(loud?.map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
    }
    const objects = [
      ...objectsOf(deployed.filter(({ path }) => !path.includes('/overlays/'))).values(),
    ];
    expect(objects.filter((object) => object['kind'] === 'VirtualService')).toEqual([]);
    const isRouted = place !== 'in that of the upstream';
    const names = objects.flatMap((object) =>
      object['kind'] === 'HTTPRoute' ? [at(object, 'metadata.name')] : [],
    );
    const expected = [
      ...(isRouted && asked.includes('inventory.shop') ? ['orders-to-inventory'] : []),
      ...(asked.includes('legacy.example') ? ['orders-to-type'] : []),
    ];
    expect(names).toEqual(expected);
  });
});

const service = (routes: string, more = ''): string =>
  [
    'service: { name: orders, language: go, module: example.com/orders }',
    `capabilities: { retry: {}, mesh-ready: { namespace: web${routes} } }`,
    'upstreams: [{ name: inventory, url: "http://inventory.shop.svc.cluster.local:8080" }]',
    more,
  ].join('\n');

test('the numbers are those of the VirtualService', () => {
  const inDeploy = (text: string): readonly Manifest[] => [
    ...objectsOf(renderDeploy(text)).values(),
  ];
  const timeouts = (text: string, kind: string, rules: string, field: string): unknown[] => {
    const route = inDeploy(text).find((object) => object['kind'] === kind);
    return [0, 1].map((index) => at(route, `${rules}.${index}.${field}`));
  };
  const usual = timeouts(service(''), 'VirtualService', 'spec.http', 'timeout');
  expect(usual).toEqual(['900ms', '1950ms']);
  const asked = service(', routes: gateway-api');
  expect(timeouts(asked, 'HTTPRoute', 'spec.rules', 'timeouts.request')).toEqual(usual);
  const limits = (text: string) =>
    inDeploy(text).filter((object) => object['kind'] === 'DestinationRule');
  expect(limits(asked)).toEqual(limits(service('')));
});

test('environments have the same routes, and a namespace of one decides for all', () => {
  const other = 'environments: { prod: { capabilities: { mesh-ready: { routes: gateway-api } } } }';
  expect(problemOf(() => resolveText(service('', other), catalog, 'prod'))).toMatchObject({
    code: 'environment-differs',
    exitCode: 2,
    message:
      'the environment "prod" sets mesh-ready.routes to "gateway-api", and the service to "virtual-service".',
  });
  const beside = service(', routes: gateway-api', 'environments: { prod: { namespace: shop } }');
  for (const environment of [undefined, 'prod']) {
    const options = environment === undefined ? {} : { environment };
    const { request } = resolve(parseRequest(beside, 'scaffold.yaml', catalog), catalog, options);
    const notes = unsaidBy(request, catalog).filter(({ target }) => target === 'inventory');
    expect(notes.map(({ control }) => control)).toEqual(['the timeouts of its calls']);
  }
  const deployed = renderDeploy(beside);
  expect(deployed.map(({ text }) => text).join('\n')).not.toContain('kind: HTTPRoute');
  const files = new Map(deployed.map(({ path, text }) => [path, text]));
  for (const environment of [undefined, 'prod']) {
    const options = environment === undefined ? {} : { environment };
    const [checked] = checkProjects([
      { files: new Map([...files, ['scaffold.yaml', beside]]), catalog, ...options },
    ]);
    expect(checked?.findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  }
});

describe('routes: gateway-api and gRPC', () => {
  const inventory = 'grpc://inventory.shop.svc.cluster.local:9090';
  const resolved =
    (settings: string, { transport = 'http', url = inventory, owner = '' }) =>
    () =>
      resolveText(
        [
          `service: { name: orders, language: go, transport: ${transport} }`,
          `capabilities: { mesh-ready: { ${settings} } }`,
          `upstreams: [{ name: inventory, url: "${url}"${owner} }]`,
        ].join('\n'),
        catalog,
      );
  const refusal = expect.objectContaining({
    exitCode: 2,
    message: expect.stringContaining("Istio's default retries would repeat UNAVAILABLE") as string,
    hint: expect.stringContaining('Set mesh-ready.routes to virtual-service') as string,
  }) as Error;

  it('are refused together where our route would be the one that repeats', () => {
    const upstream = resolved('namespace: web, routes: gateway-api', {});
    expect(upstream).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('the upstream "inventory" is called by grpc') as string,
      }) as Error,
    );
    expect(upstream).toThrow(refusal);
    const settings = 'routes: gateway-api, dataPlane: ambient, waypoint: gate';
    const http = 'http://inventory.shop.svc.cluster.local:8080';
    expect(resolved(settings, { transport: 'grpc', url: http })).toThrow(refusal);
  });

  it.each([
    ['namespace: web', {}],
    ['namespace: shop, routes: gateway-api', {}],
    ['namespace: web, routes: gateway-api', { owner: ', mesh: { owner: provider }' }],
    ['routes: gateway-api, dataPlane: ambient', { transport: 'grpc' }],
  ])('go together with { %s } and %j', (settings, choice) => {
    expect(resolved(settings, choice)).not.toThrow();
  });
});
