import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { run } from '../../src/commands/run.js';
import { fakeHost } from '../support/host.js';
import { ruleCatalog } from '../support/rule-catalog.js';

/** `check --live` against a kubectl that serves objects from a file and notes how it was called. */
const catalog = ruleCatalog();
let root: string;
let cwd: string;
let bin: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'check-live-'));
  cwd = join(root, 'repository');
  bin = join(root, 'bin');
  for (const folder of [join(cwd, '.git'), bin]) mkdirSync(folder, { recursive: true });
  install(bin);
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function install(folder: string): void {
  mkdirSync(folder, { recursive: true });
  copyFileSync('test/support/stand-in-kubectl.mjs', join(folder, 'kubectl'));
  // An ES module is told by its name.
  copyFileSync('test/support/stand-in-kubectl.mjs', join(folder, 'kubectl.mjs'));
  rmSync(join(folder, 'kubectl'));
  symlinkSync('kubectl.mjs', join(folder, 'kubectl'));
  chmodSync(join(folder, 'kubectl.mjs'), 0o755);
}

type Object_ = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Record<string, unknown>;
} & Record<string, unknown>;

let next = 0;
const object = (
  apiVersion: string,
  kind: string,
  name: string,
  { namespace = 'shop', ...rest }: Record<string, unknown> = {},
): Object_ => ({
  apiVersion,
  kind,
  ...rest,
  metadata: {
    name,
    ...(kind !== 'Namespace' && { namespace }),
    uid: `uid-${(next += 1)}`,
    managedFields: [{ manager: 'kubectl', fieldsV1: { 'f:spec': {} } }],
    annotations: {
      'kubectl.kubernetes.io/last-applied-configuration': '{"secret-looking":"text"}',
    },
    ...(rest['metadata'] as object | undefined),
  },
  status: { observed: true },
});

const resources = [
  ['services', 'v1', 'true', 'Service'],
  ['namespaces', 'v1', 'false', 'Namespace'],
  ['configmaps', 'v1', 'true', 'ConfigMap'],
  ['secrets', 'v1', 'true', 'Secret'],
  ['pods', 'v1', 'true', 'Pod'],
  ['deployments', 'apps/v1', 'true', 'Deployment'],
  ['replicasets', 'apps/v1', 'true', 'ReplicaSet'],
  ['virtualservices', 'networking.istio.io/v1', 'true', 'VirtualService'],
  ['gateways', 'networking.istio.io/v1', 'true', 'Gateway'],
  ['destinationrules', 'networking.istio.io/v1', 'true', 'DestinationRule'],
  ['peerauthentications', 'security.istio.io/v1', 'true', 'PeerAuthentication'],
  ['servers', 'policy.linkerd.io/v1beta3', 'true', 'Server'],
  ['serviceprofiles', 'linkerd.io/v1alpha2', 'true', 'ServiceProfile'],
  ['things', 'example.test/v1', 'true', 'Thing'],
];

const containers = [{ name: 'app', image: 'registry.invalid/web:1' }];
const proxy = { name: 'istio-proxy', image: 'docker.io/istio/proxyv2:1.27.1-distroless' };
const pod = (name: string, spec: object): Object_ =>
  object('v1', 'Pod', name, {
    metadata: {
      labels: { app: 'web', 'pod-template-hash': '5d4f' },
      ownerReferences: [{ kind: 'ReplicaSet', name: 'web-5d4f', controller: true }],
    },
    spec,
  });
const web = (): Object_[] => [
  object('v1', 'Service', 'web', {
    spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80 }] },
  }),
  object('v1', 'Namespace', 'shop'),
  object('apps/v1', 'Deployment', 'web', {
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers } },
    },
  }),
  object('apps/v1', 'ReplicaSet', 'web-5d4f', {
    metadata: { ownerReferences: [{ kind: 'Deployment', name: 'web', controller: true }] },
    spec: {},
  }),
  object('networking.istio.io/v1', 'VirtualService', 'web', {
    spec: {
      hosts: ['web.shop.svc.cluster.local'],
      http: [{ route: [{ destination: { host: 'gone.shop.svc.cluster.local' } }] }],
    },
  }),
  object('v1', 'Secret', 'password', { data: { password: 'aHVudGVyMg==' } }),
  object('v1', 'ConfigMap', 'settings', { data: { password: 'hunter2' } }),
  object('example.test/v1', 'Thing', 'thing'),
];
const config = {
  'current-context': 'kind-dev',
  contexts: [
    { name: 'kind-dev', context: { cluster: 'dev-cluster', namespace: 'shop', user: 'me' } },
    { name: 'other', context: { cluster: 'dev-cluster', user: 'me' } },
  ],
  clusters: [{ name: 'dev-cluster', cluster: { server: 'https://127.0.0.1:6443' } }],
};

function serve(objects: readonly Object_[], more: Readonly<Record<string, unknown>> = {}): void {
  writeFileSync(join(bin, 'cluster.json'), JSON.stringify({ resources, config, objects, ...more }));
}

async function check(...argv: readonly string[]) {
  const env = { PATH: `${bin}:${dirname(process.execPath)}:/usr/bin:/bin` };
  const host = fakeHost({ cwd, catalog, env });
  const exitCode = await run(['check', '--live', ...argv], host);
  return { exitCode, out: host.out(), err: host.err() };
}

const calls = (): readonly string[][] =>
  readFileSync(join(bin, 'calls.log'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as string[]);

describe('what is read', () => {
  test('the kinds that are known, of all namespaces, and it says of which cluster', async () => {
    serve([...web(), pod('web-5d4f-a', { containers: [...containers, proxy] })]);
    const { out, exitCode } = await check('-A');
    expect(out).toContain(
      'read 4 objects (Istio 1) from context kind-dev (cluster dev-cluster, https://127.0.0.1:6443), all namespaces; proxies 1.27.1 in 1 pod\n',
    );
    expect(out).toMatch(
      /skipped \d+ kinds that the cluster does not have: .*HTTPRoute\.gateway\.networking\.k8s\.io/,
    );
    expect(out).toMatch(/VirtualService\.networking\.istio\.io\.json\n[^]*error +VS_HOST_UNKNOWN/);
    expect(exitCode).toBe(1);
  });

  test('with verbs that only read, of no Secret and of no ConfigMap but the mesh’s', async () => {
    const mesh = { data: { mesh: 'outboundTrafficPolicy: { mode: REGISTRY_ONLY }\n' } };
    serve([
      ...web(),
      object('v1', 'ConfigMap', 'istio', { ...mesh, namespace: 'istio-system' }),
      object('v1', 'ConfigMap', 'istio-canary', { ...mesh, namespace: 'istio-system' }),
      object('v1', 'ConfigMap', 'istio-ca-root-cert', { data: {} }),
    ]);
    const { out, err } = await check('-A', '--json');
    const made = calls();
    for (const [verb, ...rest] of made) {
      if (verb === 'config') expect(rest[0]).toBe('view');
      else expect(['get', 'api-resources']).toContain(verb);
    }
    expect(made.flat().filter((word) => /secret|things/.test(word))).toEqual([]);
    const configMaps = made.filter(([verb, name]) => verb === 'get' && name === 'configmaps');
    expect(configMaps.map(([, , name]) => name)).toEqual([
      '--all-namespaces',
      'istio',
      'istio-canary',
    ]);
    expect(configMaps[0]).toContainEqual(expect.stringMatching(/^--output=custom-columns=/));
    for (const call of made.filter(([verb]) => verb === 'get'))
      expect(call).toEqual(
        expect.arrayContaining(['--context', 'kind-dev', '--request-timeout=30s']),
      );
    expect(out + err).not.toMatch(/hunter2|aHVudGVyMg|secret-looking|managedFields/);
  });

  test('the namespace of the context, or those that are named, and what holds for the whole mesh', async () => {
    serve([
      ...web(),
      object('v1', 'Service', 'till', {
        namespace: 'pay',
        spec: { ports: [{ name: 'x', port: 80 }] },
      }),
      object('v1', 'ConfigMap', 'istio', { namespace: 'istio-system', data: { mesh: '{}' } }),
      object('security.istio.io/v1', 'PeerAuthentication', 'default', {
        namespace: 'istio-system',
        spec: { mtls: { mode: 'STRICT' } },
      }),
      object('v1', 'Service', 'istiod', {
        namespace: 'istio-system',
        spec: { ports: [{ name: 'x', port: 80 }] },
      }),
    ]);
    const one = await check('--json');
    const read = (JSON.parse(one.out) as { read: Record<string, unknown> }).read;
    // Service, Deployment, VirtualService, Namespace, ConfigMap, PeerAuthentication
    expect(read).toMatchObject({
      objects: 6,
      source: { context: 'kind-dev', namespaces: ['shop'] },
    });
    const both = await check('-n', 'shop', '--namespace', 'pay', '--context', 'other');
    expect(both.out).toContain(
      'read 7 objects (Istio 2) from context other (cluster dev-cluster, https://127.0.0.1:6443), namespace shop, pay\n',
    );
  });
});

describe('a cluster with Linkerd', () => {
  const linkerd = { name: 'linkerd-proxy', image: 'cr.l5d.io/linkerd/proxy:edge-26.8.1' };
  const objects = (): Object_[] => [
    ...web().filter(({ kind }) => kind !== 'VirtualService'),
    object('policy.linkerd.io/v1beta3', 'Server', 'web', {
      spec: { podSelector: { matchLabels: { app: 'web' } }, port: 9090, accessPolicy: 'audit' },
    }),
    object('linkerd.io/v1alpha2', 'ServiceProfile', 'web.shop.svc.cluster.local', {
      spec: { routes: [{ name: 'all', condition: { pathRegex: '/.*' }, isRetryable: true }] },
    }),
  ];

  test('its kinds are read and judged, with the proxies that run', async () => {
    const spec = { initContainers: [{ ...linkerd, restartPolicy: 'Always' }], containers };
    serve([...objects(), pod('web-5d4f-a', spec)]);
    const { out, exitCode } = await check('-A');
    expect(out).toContain('(Linkerd 2)');
    expect(out).toContain('proxies 26.8.1 in 1 pod');
    expect(out).toMatch(/error +L5D_PORT_UNDECLARED/);
    expect(out).toMatch(/error +L5D_PROFILE_UNBOUNDED/);
    expect(out).not.toMatch(/(?:error|warning|info) +(?!L5D_)[A-Z]/);
    expect(exitCode).toBe(1);
  });

  test('whether a proxy ends after the application is seen, and not guessed', async () => {
    const template = {
      metadata: {
        labels: { app: 'web' },
        annotations: { 'config.alpha.linkerd.io/proxy-wait-before-exit-seconds': '30' },
      },
      spec: { containers },
    };
    const waiting = objects().map((one) =>
      one.kind === 'Deployment' ? { ...one, spec: { ...(one['spec'] as object), template } } : one,
    );
    const shown = async (spec: object) => {
      serve([...waiting, pod('web-5d4f-a', spec)]);
      return (await check('-A', '--severity', 'info')).out;
    };
    const native = { initContainers: [{ ...linkerd, restartPolicy: 'Always' }], containers };
    expect(await shown(native)).toMatch(/warning +L5D_SHUTDOWN/);
    expect(await shown({ containers: [...containers, linkerd] })).not.toContain('L5D_SHUTDOWN');
  });
});

describe('what running pods show', () => {
  const judged = async (spec: object, template: object = {}) => {
    const objects = web().map((one) =>
      one.kind === 'Deployment'
        ? {
            ...one,
            spec: {
              ...(one['spec'] as object),
              template: { metadata: { labels: { app: 'web' }, ...template }, spec: { containers } },
            },
          }
        : one,
    );
    serve([...objects, pod('web-5d4f-a', spec), pod('web-5d4f-b', spec)]);
    const { out } = await check('-A', '--json');
    const { findings } = JSON.parse(out) as { findings: { code: string }[] };
    return { codes: findings.map(({ code }) => code), out };
  };

  test('a sidecar makes a workload part of the mesh', async () => {
    const { codes } = await judged({ containers: [...containers, proxy] });
    expect(codes).toContain('PRESTOP_MISSING');
  });

  test('a native sidecar is one', async () => {
    const { codes, out } = await judged({
      containers,
      initContainers: [{ ...proxy, restartPolicy: 'Always' }],
    });
    expect(codes).toContain('PRESTOP_MISSING');
    expect(out).toMatch(/"version": "1\.27\.1",\s+"pods": 2/);
  });

  test('pods without a proxy are outside of the mesh', async () => {
    const { codes } = await judged({ containers });
    expect(codes).not.toContain('PRESTOP_MISSING');
  });
});

describe('what stops it', () => {
  test.each([
    [['-A', '--context', 'nowhere'], {}, 2, /kubectl has no context "nowhere"/],
    [
      ['-A'],
      { error: 'Unable to connect to the server: dial tcp: connection refused' },
      6,
      /could not read the cluster: Unable to connect/,
    ],
    [
      ['-A'],
      { error: 'error: You must be logged in to the server (Unauthorized)' },
      6,
      /Unauthorized/,
    ],
    [
      ['-n', 'empty'],
      {},
      2,
      /nothing to check in cluster "dev-cluster": no object of a known kind in empty/,
    ],
    [['-A', '.'], {}, 2, /--live reads a cluster: it takes no path/],
    [['-A', '-n', 'shop'], {}, 2, /exclude each other/],
    [['-n', '--all'], {}, 2, /"--all" is no name|argument missing/],
  ] as const)('%j %j', async (argv, more, code, message) => {
    serve(web(), more);
    const { exitCode, err } = await check(...argv);
    expect(err).toMatch(message);
    expect(exitCode).toBe(code);
  });

  test('kinds that may not be listed are named, and the rest is not taken for all there is', async () => {
    serve(web(), { forbidden: ['deployments.apps'] });
    const { out, exitCode } = await check('-A');
    expect(out).toContain('skipped 1 kind that the cluster forbids to list: deployments.apps\n');
    expect(out).not.toMatch(/error +VS_HOST_UNKNOWN/);
    expect(exitCode).toBe(0);
  });

  test('a kubectl inside the repository is never started, nor one of a relative folder of PATH', async () => {
    serve(web());
    install(join(cwd, 'bin'));
    symlinkSync(join(cwd, 'bin/kubectl.mjs'), join(root, 'linked'));
    rmSync(join(bin, 'kubectl'));
    mkdirSync(join(root, 'links'));
    symlinkSync(join(cwd, 'bin/kubectl.mjs'), join(root, 'links/kubectl'));
    const env = { PATH: `${join(cwd, 'bin')}:bin:.:${join(root, 'links')}` };
    const host = fakeHost({ cwd, catalog, env });
    expect(await run(['check', '--live', '-A'], host)).toBe(6);
    expect(host.err()).toContain('"kubectl" is not on PATH');
  });
});
