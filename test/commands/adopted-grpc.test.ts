import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';

import { readCatalog } from '../../src/io/catalog.js';
import { openLife, type Life } from '../support/life.js';

const catalog = readCatalog(process.cwd());
const GET = '/items.v1.ItemsService/GetItem';
const READY = '/grpc.health.v1.Health/Check';
const METHODS = `  methods: [{ name: ${GET}, idempotent: true }]\n`;
type Checked = { readonly findings: readonly { readonly severity: string }[] };
let life: Life;

beforeEach(async () => {
  life = openLife(mkdtempSync(join(tmpdir(), 'grpc-')), catalog);
  life.write('go.mod', 'module corp/quiet\n');
  life.write('main.go', 'package main\n\nfunc main() {}\n');
  life.git('init', '--quiet');
  life.commit();
  await succeed('init');
});

async function succeed(...argv: string[]): Promise<string> {
  const { exitCode, out, err } = await life.run(argv);
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
  life.commit();
  return out;
}

/** Declares how the service made by hand is called, and puts it into the mesh. */
async function joinMesh(lines: string): Promise<void> {
  life.edit('scaffold.yaml', '  adopted: true', `  transport: grpc\n${lines}  adopted: true`);
  life.commit();
  await succeed('add', 'upstream', 'ledger=grpc://ledger.shop.svc.cluster.local:9090');
  await succeed('add', 'capability', 'mesh-ready', '--no-verify');
}

function objects(path: string): unknown[] {
  return parseAllDocuments(life.read(path)).map((document) => document.toJS() as unknown);
}

const container = (more: object) => ({
  spec: { template: { spec: { containers: [more] } } },
});

describe('a gRPC service that was made by hand', () => {
  test('gets manifests that let HTTP/2 through and probe it by gRPC', async () => {
    await joinMesh(`  port: 9090\n  probes: { ready: ${READY} }\n${METHODS}`);
    expect(objects('deploy/base/service.yaml')).toMatchObject([
      { spec: { ports: [{ name: 'grpc', port: 9090, targetPort: 'grpc', appProtocol: 'grpc' }] } },
    ]);
    expect(objects('deploy/base/deployment.yaml')).toMatchObject([
      container({
        ports: [{ name: 'grpc', containerPort: 9090 }],
        readinessProbe: { grpc: { port: 9090 } },
      }),
    ]);
    expect(JSON.parse((await life.run(['check', '--json'])).out)).toMatchObject({ exitCode: 0 });
  });

  test('lets callers reach the methods that it declares, and its health', async () => {
    await joinMesh(`  port: 9090\n${METHODS}`);
    const paths = [GET, READY, '/grpc.health.v1.Health/Watch'];
    expect(objects('deploy/mesh/authorization-policy.yaml')).toMatchObject([
      { spec: { rules: [{ to: [{ operation: { methods: ['POST'], paths } }] }] } },
    ]);
  });

  test('lets callers reach every method where none is declared, and says so', async () => {
    await joinMesh('  port: 9090\n');
    const policy = 'deploy/mesh/authorization-policy.yaml';
    expect(life.read(policy)).toContain('service.methods in scaffold.yaml names none');
    expect(life.read(policy)).not.toContain('paths:');
  });

  test('switches the default retries of the mesh off for its upstreams', async () => {
    await joinMesh('  port: 9090\n');
    const [routes] = objects('deploy/mesh/quiet-to-ledger.yaml');
    const retryOn = 'connect-failure,refused-stream,reset-before-request';
    expect(routes).toMatchObject({ spec: { http: [{ retries: { attempts: 2, retryOn } }] } });
  });

  test('may answer probes over HTTP at a second port', async () => {
    await joinMesh(
      '  port: 9090\n  healthPort: 8081\n  probes: { live: /healthz, ready: /readyz }\n',
    );
    expect(objects('deploy/base/deployment.yaml')).toMatchObject([
      container({
        ports: [{ name: 'grpc' }, { name: 'health', containerPort: 8081 }],
        livenessProbe: { httpGet: { path: '/healthz', port: 'health' } },
      }),
    ]);
  });

  test('moves to another mesh, which reads other words for the same', async () => {
    await joinMesh(`  port: 9090\n  probes: { ready: ${READY} }\n${METHODS}`);
    life.edit('scaffold.yaml', 'mesh-ready:', 'mesh-ready:\n    provider: linkerd');
    life.commit();
    await succeed('update', '--no-verify');
    expect(objects('deploy/base/service.yaml')).toMatchObject([
      { spec: { ports: [{ name: 'grpc', port: 9090, appProtocol: 'kubernetes.io/h2c' }] } },
    ]);
    const [server, ...routes] = objects('deploy/mesh/server.yaml');
    expect(server).toMatchObject({ kind: 'Server', spec: { port: 'grpc', proxyProtocol: 'gRPC' } });
    const health = { service: 'grpc.health.v1.Health', method: 'Check' };
    expect(routes).toMatchObject([
      { kind: 'GRPCRoute', spec: { rules: [{}] } },
      { kind: 'GRPCRoute', spec: { rules: [{ matches: [{ method: health }] }] } },
    ]);
    const checked = JSON.parse((await life.run(['check', '--json'])).out) as Checked;
    expect(checked.findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });
});
