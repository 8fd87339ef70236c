import { describe, expect, it } from 'vitest';

import { validateManifests } from '../../src/meshes/validate-manifests.js';
import { checkProjects } from '../../src/project/check-project.js';
import { composeTree } from '../../src/stages/compose-service.js';
import { parseRequest } from '../../src/stages/parse-request.js';
import { resolve } from '../../src/stages/resolve.js';
import { unsaidBy } from '../../src/stages/unsaid.js';
import { allCombinations } from '../support/combinations.js';
import { problemOf, resolveText } from '../support/request.js';
import { at, catalog, inventory, objectsOf, renderDeploy, request } from './support/deploy.js';

/** Every shape of the ambient mesh, as the settings of mesh-ready. */
const planes = {
  'without a waypoint': 'dataPlane: ambient',
  'with a waypoint': 'dataPlane: ambient, waypoint: gate',
  'with a waypoint elsewhere': 'dataPlane: ambient, waypoint: infra/gate',
  'only observed': 'dataPlane: ambient, waypoint: gate, rollout: observe',
  'only observed, without a waypoint': 'dataPlane: ambient, rollout: observe',
  'with HTTPRoutes': 'dataPlane: ambient, waypoint: gate, routes: gateway-api',
  'one replica': 'dataPlane: ambient, waypoint: gate, replicas: 1',
  'by HTTPRoutes': 'dataPlane: ambient, waypoint: gate, routes: gateway-api',
  'with callers':
    'dataPlane: ambient, callers: [{ namespace: web, serviceAccount: shop, users: true }]',
};

const combinations = allCombinations(catalog, 'go').filter(({ text }) =>
  text.includes('mesh-ready: {}'),
);

describe.each(Object.entries(planes))('ambient, %s', (_, settings) => {
  // Routes of Gateway API are refused for services that are called by gRPC.
  const fitting = combinations.filter(
    ({ text }) => !settings.includes('gateway-api') || !text.includes('transport: grpc'),
  );
  it.each(fitting)('$name', ({ text }) => {
    const asked = text.replace('mesh-ready: {}', `mesh-ready: { namespace: shop, ${settings} }`);
    const { tree } = composeTree(asked, catalog);
    const deployed = [...tree].flatMap(([path, file]) =>
      path.startsWith('deploy/') ? [{ path, text: file.text }] : [],
    );
    const { findings, unchecked } = validateManifests(deployed);
    expect([findings, unchecked]).toEqual([[], []]);
    expect(findingsOf(tree)).toEqual([]);

    const listed = listedIn(tree.get('deploy/mesh/kustomization.yaml')?.text);
    const inMesh = [...tree.keys()].flatMap(
      (path) => /^deploy\/mesh\/(?!kust)(.+)/.exec(path)?.[1] ?? [],
    );
    expect(listed).toEqual(['../base', ...inMesh].sort());

    const all = deployed.map((file) => file.text).join('\n');
    expect(all).not.toMatch(
      /sidecar\.istio\.io|proxy\.istio\.io|kind: Sidecar|kind: NetworkPolicy|sourceLabels|workloadSelector|drain/i,
    );
    expect(all).toContain('istio.io/dataplane-mode: ambient');
    expect(all.includes('istio.io/use-waypoint')).toBe(settings.includes('waypoint'));
  });
});

function listedIn(kustomization = ''): string[] {
  return [...kustomization.matchAll(/^ {2}- (.+)$/gm)].map(([, path = '']) => path).sort();
}

function findingsOf(tree: ReadonlyMap<string, { readonly text: string }>): string[] {
  const files = new Map([...tree].map(([path, file]) => [path, file.text]));
  const [checked] = checkProjects([{ files, catalog }]);
  return (checked?.findings ?? [])
    .filter(({ severity }) => severity !== 'info')
    .map(({ code, target, message }) => `${code} ${target}: ${message}`);
}

describe('a waypoint', () => {
  const objects = objectsOf(
    renderDeploy(request({ mesh: ', dataPlane: ambient, waypoint: infra/gate' })),
  );
  const targetRefs = [{ group: '', kind: 'Service', name: 'orders' }];

  it('is named by the Service, for gateways too', () => {
    expect(at(objects.get('Service orders'), 'metadata.labels')).toEqual({
      'app.kubernetes.io/name': 'orders',
      'istio.io/ingress-use-waypoint': 'true',
      'istio.io/use-waypoint': 'gate',
      'istio.io/use-waypoint-namespace': 'infra',
    });
  });

  it.each(['RequestAuthentication', 'AuthorizationPolicy', 'Telemetry'])(
    'gets the %s by targetRefs',
    (kind) => {
      const spec = at(objects.get(`${kind} orders`), 'spec');
      expect(at(spec, 'targetRefs')).toEqual(targetRefs);
      expect(at(spec, 'selector')).toBeUndefined();
    },
  );

  it('is the only one that connects to the pods', () => {
    expect(at(objects.get('AuthorizationPolicy orders-waypoint'), 'spec')).toEqual({
      selector: { matchLabels: { 'app.kubernetes.io/name': 'orders' } },
      action: 'ALLOW',
      rules: [{ from: [{ source: { principals: ['cluster.local/ns/infra/sa/gate'] } }] }],
    });
    expect(at(objects.get('PeerAuthentication orders'), 'spec.mtls.mode')).toBe('STRICT');
  });

  it('carries out the own route, with the safe class of retries only, and the own limits', () => {
    expect(at(objects.get('VirtualService orders'), 'spec.http.0')).toMatchObject({
      timeout: '5050ms',
      retries: { attempts: 2, retryOn: 'connect-failure,refused-stream,reset-before-request' },
    });
    expect(at(objects.get('DestinationRule orders'), 'spec.trafficPolicy')).toMatchObject({
      connectionPool: { tcp: { connectTimeout: '400ms' }, http: { http2MaxRequests: 3_072 } },
      outlierDetection: { consecutive5xxErrors: 5 },
    });
  });

  it('is given nothing for upstreams', () => {
    expect([...objects.keys()].filter((name) => name.includes('inventory'))).toEqual([]);
  });
});

/** What the summary says is not there, by what it is. */
function unsaidOf(mesh: string, parts: Parameters<typeof request>[0] = {}): Map<string, string> {
  const raw = parseRequest(request({ ...parts, mesh: `, ${mesh}` }), 'scaffold.yaml', catalog);
  return new Map(
    unsaidBy(resolve(raw, catalog).request, catalog).map(({ control, target, reason, instead }) => [
      `${control} (${target})`,
      `${reason}. ${instead}`,
    ]),
  );
}

describe('what the ambient mesh does not do is said', () => {
  it('without a waypoint: tokens and paths, and all that reads HTTP', () => {
    const unsaid = unsaidOf('dataPlane: ambient');
    expect([...unsaid.keys()]).toEqual([
      'tokens and paths (orders)',
      'timeouts, retries, limits and ejection of its calls (orders)',
      'spans of the mesh (orders)',
      'timeouts, retries, limits and ejection of calls (inventory)',
      'hosts that are not declared (orders)',
    ]);
    expect(unsaid.get('tokens and paths (orders)')).toContain(
      'every workload of the mesh reaches every path',
    );
  });

  it('says to the owner of an upstream what the coherent policy is', () => {
    expect(
      unsaidOf('dataPlane: ambient').get(
        'timeouts, retries, limits and ejection of calls (inventory)',
      ),
    ).toMatch(
      /Its owner sets them there: timeout 1950ms, attempts 2 on connect-failure.* repeats timeout \d+ms and attempts 0/,
    );
  });

  it('with a waypoint: a limit for each caller, and nothing of tokens', () => {
    const unsaid = unsaidOf('dataPlane: ambient, waypoint: gate');
    expect([...unsaid.keys()].filter((key) => key.includes('(orders)'))).toEqual([
      'a limit for each caller (orders)',
      'hosts that are not declared (orders)',
    ]);
  });

  it('while it is only observed: who connects is not tried', () => {
    const unsaid = unsaidOf('dataPlane: ambient, waypoint: gate, rollout: observe');
    expect(unsaid.get('a trial of who may connect (orders)')).toContain('The waypoint logs');
    const text = request({ mesh: ', dataPlane: ambient, waypoint: gate, rollout: observe' });
    const objects = objectsOf(renderDeploy(text));
    expect(objects.has('AuthorizationPolicy orders-waypoint')).toBe(false);
    expect(
      at(objects.get('AuthorizationPolicy orders'), 'metadata.annotations', 'istio.io/dry-run'),
    ).toBe('true');
    expect(at(objects.get('PeerAuthentication orders'), 'spec.mtls.mode')).toBe('PERMISSIVE');
  });

  it('with sidecars: nothing', () => {
    expect(unsaidOf('dataPlane: sidecar').size).toBe(0);
  });
});

describe('settings of the other data plane are refused', () => {
  it.each([
    [
      'waypoint: gate',
      'mesh-ready.waypoint is "gate", and calls only pass a waypoint in the ambient mesh: mesh-ready.dataPlane is "sidecar".',
    ],
    [
      'dataPlane: ambient, revision: canary',
      'mesh-ready.revision is "canary", and a pod with that label gets a sidecar: mesh-ready.dataPlane is "ambient".',
    ],
    [
      'dataPlane: ambient, waypoint: none',
      'mesh-ready.waypoint is "none", and Istio reads "none" as no waypoint at all.',
    ],
  ])('%s', (settings, message) => {
    const problem = problemOf(() => resolveText(request({ mesh: `, ${settings}` }), catalog));
    expect(problem).toMatchObject({ code: 'settings-exclude-each-other', exitCode: 2, message });
    expect(problem.hint).toMatch(/mesh-ready\./);
  });

  it.each(['waypoint: gate', 'dataPlane: sidecar'])('in an environment: %s', (settings) => {
    const text = request({
      mesh: ', dataPlane: ambient',
      environments: `test: { capabilities: { mesh-ready: { ${settings} } } }`,
      upstreams: [inventory],
    });
    const problem = problemOf(() => resolveText(text, catalog, 'test'));
    expect(problem).toMatchObject({ code: 'environment-differs', exitCode: 2 });
  });
});
