import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import { openLife, type Life } from '../support/life.js';

const catalog = readCatalog(process.cwd());
const HEALTH = '/grpc.health.v1.Health/Check';

/** A service that people made, from test/fixtures/adopted. */
function openFixture(name: string, edit: (life: Life) => void = () => undefined): Life {
  const root = mkdtempSync(join(tmpdir(), 'init-'));
  cpSync(join(import.meta.dirname, '../fixtures/adopted', name), root, { recursive: true });
  const life = openLife(root, catalog);
  edit(life);
  life.git('init', '--quiet');
  life.commit();
  return life;
}

async function init(life: Life): Promise<Record<string, unknown>> {
  const { exitCode, out, err } = await life.run(['init', '--json']);
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
  return (JSON.parse(out) as { service: Record<string, unknown> }).service;
}

const services = [
  [
    'go-grpc',
    {
      name: 'ledger',
      language: 'go',
      transport: 'grpc',
      port: 7443,
      healthPort: null,
      probes: { live: HEALTH, ready: HEALTH },
      methods: ['/ledger.v2.Ledger/ReadEntry', '/ledger.v2.Ledger/Book', '/ledger.v2.Ledger/Void'],
    },
    `  methods:
    - { name: /ledger.v2.Ledger/ReadEntry, idempotent: true }
    - { name: /ledger.v2.Ledger/Book }
    - { name: /ledger.v2.Ledger/Void, idempotent: true }
`,
  ],
  [
    'grpc-js',
    {
      name: 'quotes',
      language: 'typescript',
      transport: 'grpc',
      port: 50_051,
      healthPort: null,
      probes: { live: null, ready: HEALTH },
      methods: ['/acme.quotes.v1.QuoteService/Quote', '/acme.quotes.v1.QuoteService/Watch'],
    },
    `  methods:
    - { name: /acme.quotes.v1.QuoteService/Quote, idempotent: true }
    - { name: /acme.quotes.v1.QuoteService/Watch }
`,
  ],
] as const;

describe('init of a gRPC service with its own contract', () => {
  test.each(services)('recognises %s and changes no file of it', async (name, service, methods) => {
    const life = openFixture(name);
    const before = life.snapshot();
    expect(await init(life)).toMatchObject(service);
    expect([...life.snapshot()].filter(([path]) => before.has(path))).toEqual([...before]);
    expect(life.read('scaffold.yaml')).toContain(methods);
    expect((await life.run(['drift'])).exitCode).toBe(0);
    life.commit();
    expect((await life.run(['update', '--no-verify'])).out).toContain('nothing to change');
    const { out } = await life.run(['check', '--json']);
    const { findings } = JSON.parse(out) as { findings: { code: string }[] };
    expect(findings.filter(({ code }) => /^(?:METHOD|CONTRACT)_/.test(code))).toEqual([]);
  });

  test.each(services)('then %s gets manifests for gRPC and keeps its files', async (name) => {
    const life = openFixture(name);
    const before = life.snapshot();
    const service = await init(life);
    life.commit();
    const { exitCode, err } = await life.run(['add', 'capability', 'mesh-ready', '--no-verify']);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect([...life.snapshot()].filter(([path]) => before.has(path))).toEqual([...before]);
    expect(life.read('deploy/base/service.yaml')).toContain('appProtocol: grpc');
    const policies = [...life.snapshot()].filter(([, text]) => /AuthorizationPolicy/.test(text));
    expect(policies.map(([, text]) => text).join('')).toContain(
      (service['methods'] as string[])[0],
    );
  });

  test('where its Deployment asks over HTTP at another port, that is healthPort', async () => {
    const life = openFixture('go-grpc', (open) => {
      const path = 'deploy/deployment.yaml';
      open.edit(path, 'livenessProbe: { grpc: { port: 7443 } }', 'terminationMessagePath: /x');
      open.edit(
        path,
        'readinessProbe: { grpc: { port: 7443 } }',
        'readinessProbe: { httpGet: { port: metrics, path: /readyz } }',
      );
    });
    expect(await init(life)).toMatchObject({
      port: 7443,
      healthPort: 9100,
      probes: { live: '/readyz', ready: '/readyz' },
    });
  });

  test('without its contract the methods are unknown, and it says so', async () => {
    const life = openFixture('grpc-js', (open) => {
      open.git('init', '--quiet');
      open.edit('proto/quotes.proto', 'service QuoteService', 'service OtherService');
    });
    const { out } = await life.run(['init']);
    expect(out).toContain('Methods: unknown');
    expect(life.read('scaffold.yaml')).toContain('transport: grpc\n');
    expect(life.read('scaffold.yaml')).not.toContain('methods:');
  });

  test('a service that only calls by gRPC is called over HTTP', async () => {
    const life = openFixture('grpc-js', (open) => {
      open.write('src/main.ts', "import grpc from '@grpc/grpc-js';\napp.listen(3000);\n");
    });
    expect(await init(life)).toMatchObject({ transport: 'http', methods: [], port: 3000 });
  });
});
