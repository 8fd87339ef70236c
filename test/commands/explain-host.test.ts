import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { run } from '../../src/commands/run.js';
import { fakeHost } from '../support/host.js';
import { ruleCatalog } from '../support/rule-catalog.js';
import { writeTree } from '../support/snapshot.js';

const hosts = fileURLToPath(new URL('../fixtures/hosts', import.meta.url));
const catalog = ruleCatalog();
const expected = (name: string): string => join(hosts, 'expected', `${name}.txt`);

async function scaffold(...argv: readonly string[]) {
  return await scaffoldIn(hosts, ...argv);
}

async function scaffoldIn(cwd: string, ...argv: readonly string[]) {
  const host = fakeHost({ cwd, catalog });
  const exitCode = await run(argv, host);
  return { exitCode, out: host.out(), err: host.err() };
}

type Call = {
  host: string;
  port: number | null;
  from: string;
  through: string;
  countedFor: string;
  application: unknown;
  worstCase: { tries: number };
  outcomes: { title: string; requests: number; atMost: boolean; applicationSees: number | null }[];
  objects: { at: string; target: string; file: string; line: number; brings: string }[];
  findings: { code: string }[];
  repeated: { target: string; places: { file: string }[] }[];
  assumptions: string[];
};

async function callsOf(...argv: readonly string[]): Promise<readonly Call[]> {
  const { out } = await scaffold('explain', ...argv, '--json');
  return (JSON.parse(out) as { upstreams: Call[] }).upstreams;
}

async function callOf(...argv: readonly string[]): Promise<Call> {
  const [call] = await callsOf(...argv);
  if (call === undefined) throw new Error('no call is explained');
  return call;
}

const requestsOf = ({ outcomes }: Call, title: string) =>
  outcomes.find((outcome) => outcome.title === title);

describe('explain HOST on plain manifests', () => {
  test.each([
    ['unknown', ['reviews.shop.svc.cluster.local', 'shop', '--from', 'shop/web']],
    [
      'given',
      ['reviews', 'shop', '--from', 'shop/web-v1', '--app-tries', '3', '--app-timeout', '2s'],
    ],
    [
      'timed',
      [
        ...['reviews', 'shop', '--from', 'shop/web', '--app-tries', '2', '--rps', '50'],
        ...['--app-timeout', '2s', '--app-attempt-timeout', '950ms'],
      ],
    ],
    ['gateway', ['web.shop', 'shop']],
    ['bytes', ['cache.default', 'others', '--from', 'shop/outsider', '--app-timeout', '1s']],
    ['outside', ['api.payments.example', 'shop', '--from', 'shop/web']],
  ])('on one screen: %s', async (name, argv) => {
    const { exitCode, out } = await scaffold('explain', ...argv);
    expect(exitCode).toBe(0);
    await expect(out).toMatchFileSnapshot(expected(name));
  });

  test('finds the host by any of its names, with a port and as a URL', async () => {
    const names = ['reviews', 'reviews.shop', 'reviews.shop.svc', 'http://reviews.shop:9080/v1'];
    for (const name of names) {
      const call = await callOf(name, 'shop', '--from', 'shop/web');
      expect(call).toMatchObject({ host: 'reviews.shop.svc.cluster.local', port: 9080 });
    }
  });

  test('objects without a namespace are where the host is', async () => {
    const call = await callOf('reviews.books', 'shop');
    expect(call).toMatchObject({
      host: 'reviews.books.svc.cluster.local',
      from: 'any workload in books',
      assumptions: [
        '13 objects without a namespace are read as in "books".',
        "The caller's pods are taken to have a sidecar.",
      ],
    });
  });

  test('invents nothing of an application that is unknown', async () => {
    const call = await callOf('reviews', 'shop', '--from', 'shop/web');
    expect(call.countedFor).toBe('one try of the application');
    expect(call.application).toEqual({ tries: null, timeoutMs: null, attemptTimeoutMs: null });
    expect(requestsOf(call, 'upstream 503')).toMatchObject({ requests: 3, applicationSees: 503 });
    expect(call.findings.map(({ code }) => code)).not.toContain('RETRY_AMPLIFIED');
  });

  test('a port of bytes has no requests to repeat, and none to simulate', async () => {
    const call = await callOf('cache.default', 'others', '--from', 'shop/outsider');
    expect(call).toMatchObject({ carried: 'bytes', outcomes: [], worstCase: { tries: 1 } });
    const { exitCode, err } = await scaffold('simulate', 'cache', 'others');
    expect(exitCode).toBe(2);
    expect(err).toContain('"cache.default.svc.cluster.local:6379" carries redis');
  });

  test.each([
    [
      ['legacy.default', 'others', '--from', 'shop/ambient'],
      'No manifest says what port 8000 speaks',
    ],
    [['legacy.default', 'others', '--from', 'shop/ambient'], 'shop/ambient is in ambient mode'],
    [['legacy.default', 'others', '--from', 'shop/outsider'], 'shop/outsider has no sidecar'],
    [['legacy', 'others'], "The caller's pods are taken to have a sidecar."],
  ])('says what it rests on: %j', async (argv, assumption) => {
    const { assumptions } = await callOf(...argv);
    expect(assumptions.join(' ')).toContain(assumption);
  });

  test('multiplies with the tries that are given, and bounds what is still unknown', async () => {
    const given = ['--app-tries', '3', '--app-timeout', '2s'];
    const call = await callOf('reviews', 'shop', '--from', 'shop/web', ...given);
    expect(requestsOf(call, 'upstream 503')).toMatchObject({ requests: 9, atMost: false });
    expect(requestsOf(call, 'hangs')).toMatchObject({ atMost: true, applicationSees: null });
    expect(call.findings.map(({ code }) => code)).toContain('RETRY_AMPLIFIED');
    const timed = await callOf('reviews', 'shop', ...given, '--app-attempt-timeout', '1s');
    expect(requestsOf(timed, 'hangs')).toMatchObject({ atMost: false });
  });

  test('names the objects that act, at their lines, and only findings about them', async () => {
    const { objects, findings } = await callOf('reviews', 'shop', '--from', 'shop/web');
    expect(objects.map(({ at, target }) => `${at} ${target}`)).toEqual([
      'caller VirtualService/reviews',
      'caller DestinationRule/reviews',
      'upstream Service/reviews',
      'upstream Deployment/reviews-v1',
      'upstream Deployment/reviews-v2',
      'upstream PeerAuthentication/default',
    ]);
    expect(objects[0]).toMatchObject({ file: 'shop/mesh/reviews.yaml', line: 8 });
    const { out } = await scaffold('check', 'shop', '--json');
    const all = (JSON.parse(out) as { findings: unknown[] }).findings;
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.length).toBeLessThan(all.length);
  });

  test('of an object that is defined twice the last definition holds, and is named', async () => {
    const { repeated, objects } = await callOf('reviews.shop', 'shop', 'later');
    expect(repeated).toMatchObject([
      {
        target: 'VirtualService/reviews',
        places: [{ file: 'shop/mesh/reviews.yaml' }, { file: 'later/reviews.yaml' }],
      },
    ]);
    expect(objects[0]).toMatchObject({ file: 'later/reviews.yaml', brings: 'route http[0]' });
    const { out } = await scaffold('explain', 'reviews.shop', 'shop', 'later');
    expect(out).toContain('Defined more than once: VirtualService/reviews (2 times)');
  });

  test('calls through a gateway are shown where no caller is named', async () => {
    expect((await callsOf('web.shop', 'shop')).map(({ through }) => through)).toEqual([
      'sidecar',
      'gateway',
    ]);
    expect(await callsOf('web.shop', 'shop', '--from', 'shop/*')).toHaveLength(1);
  });

  test('says which hosts and workloads there are', async () => {
    const unknown = await scaffold('explain', 'reveiws', 'shop', '--from', 'shop/web');
    expect(unknown.exitCode).toBe(2);
    expect(unknown.err).toContain(
      'no manifest has the host "reveiws". Did you mean reviews.shop.svc.cluster.local?',
    );
    expect(unknown.err).toContain('Hosts in the manifests: api.payments.example, ');
    const caller = await scaffold('explain', 'reviews.shop', 'shop', '--from', 'shop/wbe');
    expect(caller.exitCode).toBe(2);
    expect(caller.err).toContain('no manifest has the workload "shop/wbe". Did you mean shop/web');
    expect(caller.err).toContain('shop/reviews-v1, shop/reviews-v2, shop/web-v1');
    const several = await scaffold('explain', 'web', 'shop', '--from', 'shop/reviews');
    expect(several.exitCode).toBe(2);
    expect(several.err).toContain('--from "shop/reviews" can be 2 workloads.');
    expect(several.err).toContain('Name one of them: shop/reviews-v1, shop/reviews-v2');
  });

  test.each([
    [['explain', 'reviews shop', 'shop'], '"reviews shop" is not a host'],
    [['explain', 'reviews', 'shop', '--from', 'a/b/c'], 'must be NAMESPACE/WORKLOAD'],
    [['explain', 'reviews', 'shop', '--app-tries', '0'], 'a whole number from 1 to 100'],
    [['explain', 'reviews', 'shop', '--app-timeout', '2'], 'a duration such as 950ms'],
    [['explain', 'reviews', 'shop', '--app-attempt-timeout', '1s'], 'needs --app-tries'],
    [['explain', 'reviews', 'shop', '--what-if', 'retry.attempts=2'], 'rests on none'],
    [['explain', 'reviews', 'shop', '-'], 'standard input (-) cannot be combined'],
    [['explain', 'shop'], '"shop" is a folder: the host comes first.'],
    [['explain', 'reviews', 'nowhere'], 'there is no '],
    [['explain'], 'there is no scaffold.yaml here'],
    [['explain', 'reviews', 'expected'], 'there is no Kubernetes object in "expected"'],
  ])('refuses %j', async (argv, message) => {
    const { exitCode, err } = await scaffold(...argv);
    expect({ exitCode, err }).toMatchObject({ exitCode: 2, err: expect.stringContaining(message) });
  });
});

describe('hosts in several namespaces, and files', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'explain-host-'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });
  const service = (namespace: string) =>
    `apiVersion: v1\nkind: Service\nmetadata: { name: stock, namespace: ${namespace} }\nspec: { ports: [{ port: 80, name: http }] }\n`;

  test('a short name is that of the caller, or must be made longer', async () => {
    writeTree(root, { 'a.yaml': service('east'), 'b.yaml': service('west') });
    const { exitCode, err } = await scaffoldIn(root, 'explain', 'stock');
    expect(exitCode).toBe(2);
    expect(err).toContain('"stock" can be 2 hosts.');
    expect(err).toContain('stock.east.svc.cluster.local, stock.west.svc.cluster.local');
    const own = await scaffoldIn(root, 'explain', 'stock', '--from', 'west/*');
    expect(own.out).toContain('any workload in west → stock.west.svc.cluster.local:80');
  });

  test('--html writes the page, and simulate plays what is known and says what is not', async () => {
    const page = join(root, 'page.html');
    const argv = ['reviews', 'shop', '--from', 'shop/web', '--html', page];
    expect(await scaffold('explain', ...argv)).toMatchObject({ exitCode: 0 });
    const html = readFileSync(page, 'utf8');
    expect(html).toContain('shop/web-v1 → reviews.shop.svc.cluster.local');
    const played = await scaffold('simulate', 'reviews', 'shop', '--from', 'shop/web');
    expect(played.exitCode).toBe(0);
    await expect(played.out).toMatchFileSnapshot(expected('simulate'));
  });

  test('a file that cannot be read is named, and the others are explained', async () => {
    writeTree(root, { 'a.yaml': service('east'), 'b.yaml': 'kind: Service\nspec: ]\n' });
    const { exitCode, out } = await scaffoldIn(root, 'explain', 'stock');
    expect(exitCode).toBe(2);
    expect(out).toMatch(/^unreadable {2}b\.yaml:2:7: /);
    expect(out).toContain('stock.east.svc.cluster.local:80');
  });
});

describe('a host of several kustomizations', () => {
  let cwd: string;
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'explain-units-'));
    const overlay = (timeout: string) =>
      `resources: [../../base]\npatches: [{ target: { kind: VirtualService }, patch: "- { op: add, path: /spec/http/0/timeout, value: ${timeout} }" }]\n`;
    writeTree(cwd, {
      'base/kustomization.yaml': 'resources: [web.yaml]\n',
      'base/web.yaml': [
        'apiVersion: v1',
        'kind: Service',
        'metadata: { name: web, namespace: shop }',
        'spec: { selector: { app: web }, ports: [{ name: http, port: 80 }] }',
        '---',
        'apiVersion: networking.istio.io/v1',
        'kind: VirtualService',
        'metadata: { name: web, namespace: shop }',
        'spec: { hosts: [web], http: [{ route: [{ destination: { host: web } }] }] }',
        '',
      ].join('\n'),
      'overlays/dev/kustomization.yaml': overlay('1s'),
      'overlays/prod/kustomization.yaml': overlay('7s'),
    });
  });
  afterEach(() => {
    rmSync(cwd, { recursive: true, force: true });
  });

  test('is asked for by folder, and explained by the one that is named', async () => {
    const { exitCode, err } = await scaffoldIn(cwd, 'explain', 'web.shop');
    expect(exitCode).toBe(2);
    expect(err).toContain(
      '"web.shop" is in 2 kustomizations or charts, each deployed by itself: overlays/dev, overlays/prod.',
    );
    expect(err).toContain('Name one of them: npx meshwright explain web.shop overlays/dev');
    const prod = await scaffoldIn(cwd, 'explain', 'web.shop', 'overlays/prod');
    expect(prod.exitCode).toBe(0);
    expect(prod.out).toContain('7s');
    expect(prod.out).not.toContain('1s');
  });
});
