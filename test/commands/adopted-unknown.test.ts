import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import { openLife, type Life } from '../support/life.js';

const catalog = readCatalog(process.cwd());

const quiet = {
  go: { 'go.mod': 'module corp/quiet\n', 'main.go': 'package main\n\nfunc main() {}\n' },
  typescript: {
    'package.json': '{ "name": "quiet", "type": "module" }\n',
    'tsconfig.json': '{}\n',
    'src/main.ts': 'export {};\n',
  },
};

/** An adopted service that nothing is known of, in the mesh. */
async function adopt(language: keyof typeof quiet, upstream = true): Promise<Life> {
  const life = openLife(mkdtempSync(join(tmpdir(), 'unknown-')), catalog);
  for (const [path, text] of Object.entries(quiet[language])) life.write(path, text);
  life.git('init', '--quiet');
  life.commit();
  await succeed(life, 'init');
  life.commit();
  if (upstream)
    await succeed(life, 'add', 'upstream', 'ledger=http://ledger.shop:80', '--no-verify');
  life.commit();
  await succeed(life, 'add', 'capability', 'mesh-ready', '--no-verify');
  life.commit();
  return life;
}

async function succeed(life: Life, ...argv: string[]): Promise<string> {
  const { exitCode, out, err } = await life.run(argv);
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
  return out;
}

/** Declares something of the service, and brings the manifests to it. */
async function declare(life: Life, lines: string): Promise<void> {
  life.edit('scaffold.yaml', '  adopted: true', `${lines}\n  adopted: true`);
  await succeed(life, 'update', '--no-verify');
}

type Checked = {
  findings: { code: string; message: string }[];
  folders: { notApplicable: string[] }[];
};

async function check(life: Life): Promise<Checked> {
  return JSON.parse((await life.run(['check', '--json'])).out) as Checked;
}

describe.each(['go', 'typescript'] as const)('an adopted %s service', (language) => {
  test('has manifests that claim nothing which nobody declared', async () => {
    const life = await adopt(language, false);
    const deployment = life.read('deploy/base/deployment.yaml');
    for (const word of ['/healthz', '/readyz', 'containerPort', 'name: SERVICE_', '8080'])
      expect(deployment).not.toContain(word);
    expect(deployment).not.toMatch(/^ +\w+Probe:/m);
    expect(deployment).toContain('# No readinessProbe: scaffold.yaml does not say');
    expect(deployment).not.toMatch(/env:\n(?! {12})/);
    expect(life.read('deploy/base/service.yaml')).toContain(
      '# Unknown: 8080 stands in until service.port is declared in scaffold.yaml.\n      port: 8080\n',
    );
    const { findings } = await check(life);
    expect(findings.map(({ code }) => code).sort()).toEqual([
      'PLACEHOLDER_UNSET',
      'PLACEHOLDER_UNSET',
      'PLACEHOLDER_UNSET',
      // Its policies are only tried at first.
      'PRINCIPAL_NEEDS_MTLS',
    ]);
  });

  test('has a probe for each path that is declared, and no other', async () => {
    const life = await adopt(language);
    await declare(life, '  port: 9000\n  probes: { live: /livez }');
    const deployment = life.read('deploy/base/deployment.yaml');
    expect(deployment).toContain('containerPort: 9000');
    expect(deployment).toContain(
      'livenessProbe:\n            httpGet:\n              path: /livez\n',
    );
    expect(deployment).not.toMatch(/^ +readinessProbe:/m);
    expect(deployment).not.toContain('/readyz');
    expect(deployment).not.toContain('name: SERVICE_');
    expect(deployment).toContain('- name: UPSTREAM_LEDGER_URL');
  });

  test('is judged by what it declares of its idle timeout and its shutdown', async () => {
    const life = await adopt(language);
    const judged = ['KEEPALIVE_RACE', 'SHUTDOWN_LEGACY', 'SHUTDOWN_NATIVE'];
    // The pause before the end stands in the pod: SHUTDOWN_NATIVE has something to look at.
    const blind = judged.slice(0, 2);
    expect((await check(life)).folders[0]?.notApplicable).toEqual(expect.arrayContaining(blind));
    await declare(life, '  idleTimeout: 30s\n  shutdown: { timeout: 40s }');
    const { findings, folders } = await check(life);
    expect(findings.filter(({ code }) => judged.includes(code))).toEqual([]);
    for (const code of judged) expect(folders[0]?.notApplicable).not.toContain(code);
    expect(life.read('deploy/mesh/destination-rule.yaml')).toContain('idleTimeout: 20s');
    expect(life.read('deploy/base/deployment.yaml')).toContain('terminationGracePeriodSeconds: 50');
    life.edit('deploy/mesh/destination-rule.yaml', 'idleTimeout: 20s', 'idleTimeout: 45s');
    life.edit('deploy/base/deployment.yaml', 'PeriodSeconds: 50', 'PeriodSeconds: 30');
    const found = (await check(life)).findings;
    expect(found.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['KEEPALIVE_RACE', 'SHUTDOWN_NATIVE']),
    );
    expect(found.find(({ code }) => code === 'KEEPALIVE_RACE')?.message).toContain(
      'after 30000 ms',
    );
  });

  test('is explained as unknown in text, JSON and HTML', async () => {
    const life = await adopt(language);
    const document = JSON.parse(await succeed(life, 'explain', '--json')) as {
      upstreams: { app: { what: string; value: string }[]; unknown: unknown[] }[];
    };
    const [upstream] = document.upstreams;
    expect(upstream?.unknown).toEqual([
      { what: 'port', setting: 'service.port' },
      { what: 'path of the liveness probe', setting: 'service.probes.live' },
      { what: 'path of the readiness probe', setting: 'service.probes.ready' },
      { what: 'deadline of an incoming request', setting: 'service.timeout' },
      { what: 'idle timeout of the server', setting: 'service.idleTimeout' },
      { what: 'wait for requests in flight at the end', setting: 'service.shutdown.timeout' },
      { what: 'deadline of the call', setting: 'upstreams.ledger.timeout' },
      { what: 'tries of a call and their timeouts', setting: null },
    ]);
    for (const { value } of upstream?.app ?? []) expect(value).toMatch(/^unknown/);
    const text = await succeed(life, 'explain');
    expect(text).toMatch(/idle timeout of the server +unknown; declare\s+service.idleTimeout/);
    await succeed(life, 'explain', '--html', 'page.html');
    expect(life.read('page.html')).toContain(
      '<td>unknown; declare service.idleTimeout in scaffold.yaml</td>',
    );
    await declare(life, '  port: 9000\n  timeout: 3s\n  idleTimeout: 75s');
    const later = await succeed(life, 'explain', '--json');
    expect(later).not.toContain('service.idleTimeout');
    expect(later).toContain('service.shutdown.timeout');
  });
});

test('a service of the templates takes neither, and says why', async () => {
  const life = openLife(mkdtempSync(join(tmpdir(), 'unknown-')), catalog);
  await life.run(['new', 'service', 'orders', '--dir', '.', '--yes', '--no-verify']);
  life.edit('scaffold.yaml', '  image:', '  idleTimeout: 30s\n  image:');
  const { exitCode, err } = await life.run(['update', '--dry-run', '--no-verify']);
  expect(exitCode).toBe(2);
  expect(err).toContain('service.idleTimeout is for adopted services');
  life.edit('scaffold.yaml', 'idleTimeout: 30s', 'shutdown: { timeout: 30s }');
  expect((await life.run(['update', '--dry-run'])).err).toContain(
    'service.shutdown.timeout is for',
  );
});
