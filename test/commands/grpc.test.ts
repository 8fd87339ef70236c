import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { run } from '../../src/commands/run.js';
import { fakeHost } from '../support/host.js';
import { ruleCatalog } from '../support/rule-catalog.js';
import { writeTree } from '../support/snapshot.js';

const HOST = 'inventory.shop.svc.cluster.local';
const GET = '/items.v1.ItemsService/GetItem';
const CREATE = '/items.v1.ItemsService/CreateItem';
const METHODS = `methods: [{ name: ${GET}, idempotent: true }, { name: ${CREATE} }]`;
const SAFE = 'connect-failure,refused-stream,reset-before-request';
const catalog = ruleCatalog();
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'grpc-'));
  declare(`grpc://${HOST}:9090`);
  deploy('unavailable');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function declare(url: string, { transport = 'grpc', methods = METHODS } = {}): void {
  writeTree(root, {
    'scaffold.yaml': `version: 1
service: { name: orders, transport: ${transport} }
upstreams: [{ name: inventory, url: "${url}", timeout: 2s, ${methods} }]
capabilities: { retry: { attempts: 3, perAttemptTimeout: 500ms } }
`,
  });
}

function routes(first: string): void {
  writeTree(root, {
    'deploy/mesh/inventory.yaml': `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: inventory, namespace: default }
spec:
  hosts: [${HOST}]
  http:
    - ${first}
      route: [{ destination: { host: ${HOST} } }]
    - retries: { attempts: 2, retryOn: "${SAFE}" }
      timeout: 1950ms
      route: [{ destination: { host: ${HOST} } }]
`,
  });
}

const deploy = (retryOn: string) =>
  routes(`match: [{ uri: { exact: ${GET} } }]
      timeout: 400ms
      retries: { attempts: 2, retryOn: "${retryOn}" }`);

async function ask(...argv: readonly string[]): Promise<Record<string, unknown>> {
  const host = fakeHost({ cwd: root, catalog });
  await run([...argv, '--json'], host);
  return JSON.parse(host.out()) as Record<string, unknown>;
}

type Outcome = { title: string; method: string; requests: number; callerSees: unknown };

async function outcome(title: string): Promise<Outcome | undefined> {
  const { upstreams } = (await ask('explain')) as { upstreams: { outcomes: Outcome[] }[] };
  return upstreams[0]?.outcomes.find((one) => one.title === title);
}

async function amplified(): Promise<string | undefined> {
  const { findings } = (await ask('check')) as { findings: { code: string; message: string }[] };
  return findings.find(({ code }) => code === 'RETRY_AMPLIFIED')?.message;
}

describe('an upstream that is called by gRPC', () => {
  test('has its declared methods: each meets the route of its path', async () => {
    expect(await outcome('upstream UNAVAILABLE')).toMatchObject({ method: GET, requests: 9 });
    expect(await outcome(`${CREATE}, upstream UNAVAILABLE`)).toMatchObject({ requests: 1 });
    expect(await outcome(`${CREATE}, connect refused`)).toMatchObject({ requests: 3 });
  });

  test('may take a route for the whole service, which a prefix names', async () => {
    routes(`match: [{ uri: { prefix: /items.v1. } }]
      retries: { attempts: 0 }`);
    expect(await outcome(`${CREATE}, connect refused`)).toMatchObject({ requests: 1 });
    routes(`match: [{ uri: { prefix: /stock.v1. } }]
      retries: { attempts: 0 }`);
    expect(await outcome(`${CREATE}, connect refused`)).toMatchObject({ requests: 3 });
  });

  test('has two kinds of calls where no method is declared', async () => {
    declare(`grpc://${HOST}:9090`, { methods: 'stream: false' });
    expect(await outcome('upstream UNAVAILABLE')).toMatchObject({ method: 'idempotent call' });
    expect(await outcome('other call, upstream UNAVAILABLE')).toMatchObject({ requests: 1 });
  });

  test.each([
    ['unavailable', '(UNAVAILABLE)'],
    ['deadline-exceeded', '(DEADLINE_EXCEEDED)'],
    ['resource-exhausted', '(RESOURCE_EXHAUSTED)'],
  ])('is repeated by both layers for %s', async (retryOn, failure) => {
    deploy(retryOn);
    expect(await amplified()).toContain(`9 times ${failure}`);
  });

  test.each(['internal', 'cancelled', '503'])('is not repeated by both for %s', async (retryOn) => {
    deploy(retryOn);
    expect(await amplified()).toBeUndefined();
  });

  test('is UNAVAILABLE when a timeout of an Istio route ends it, and the application repeats that', async () => {
    expect(await outcome('hangs')).toMatchObject({ requests: 3, callerSees: 'UNAVAILABLE' });
    routes(`match: [{ uri: { exact: ${GET} } }]
      retries: { attempts: 0 }`);
    expect(await outcome('hangs')).toMatchObject({ callerSees: 'DEADLINE_EXCEEDED' });
  });

  test('is answered for in the words of the service that calls it', async () => {
    declare(`grpc://${HOST}:9090`, { transport: 'http' });
    expect(await outcome('upstream UNAVAILABLE')).toMatchObject({ callerSees: 503 });
    expect(await outcome('upstream INTERNAL')).toMatchObject({ callerSees: 502 });
    declare(`http://${HOST}:8080`, { methods: 'stream: false' });
    expect(await outcome('upstream 503')).toMatchObject({ callerSees: 'UNAVAILABLE' });
  });

  test('is bytes to the sidecar where the process encrypts', async () => {
    declare(`grpcs://${HOST}:9443`);
    expect(await outcome('sidecar: pool full')).toBeUndefined();
    expect(await outcome('connect refused')).toMatchObject({ requests: 3 });
  });

  test('is what simulate plays', async () => {
    const host = fakeHost({ cwd: root, catalog });
    expect(await run(['simulate', 'inventory', '--fault', 'errors'], host)).toBe(0);
    expect(host.out()).toContain('a share of the requests is answered UNAVAILABLE');
  });
});
