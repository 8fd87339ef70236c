import { execFileSync } from 'node:child_process';

import { beforeEach, describe, expect, test } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import { startLife, type Life } from '../support/life.js';

const catalog = readCatalog(process.cwd());
const BY_HTTP = 'inventory=http://inventory.shop.svc.cluster.local:8080';
const BY_GRPC = 'stock=grpc://stock.shop.svc.cluster.local:9090';
const SERVICE = ['--language', 'go', '--module', 'example.com/orders'];
const WITH = ['--with', 'circuit-breaker,observability,retry'];

const ADD = ['add', 'upstream', BY_GRPC, '--no-verify'];
let life: Life;

async function start(...upstreams: readonly string[]): Promise<Life> {
  const flags = upstreams.flatMap((upstream) => ['--upstream', upstream]);
  return await startLife(catalog, [...SERVICE, ...WITH, ...flags]);
}

async function succeed(...argv: readonly string[]): Promise<void> {
  const { exitCode, err } = await life.run(argv);
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
  expect((await life.run(['drift'])).exitCode).toBe(0);
  life.commit();
}

/** What a team has made of its service. */
function work(): void {
  life.edit(
    'cmd/orders/upstreams.go',
    '\tpool := upstream.Pool()\n',
    '\ta.api.Handle("GET /v1/report", reports())\n\tpool := upstream.Pool()\n',
  );
  life.write(
    'cmd/orders/reports.go',
    'package main\n\nimport "net/http"\n\nfunc reports() http.Handler { return http.NotFoundHandler() }\n',
  );
  life.edit(
    'internal/upstream/client.go',
    '\tName string `json:"name"`\n',
    '\tName string `json:"name"`\n\tNote string `json:"note,omitempty"`\n',
  );
  life.edit(
    'internal/httpapi/upstream.go',
    '"upstream call failed", "error", err',
    '"upstream call failed", "path", r.URL.Path, "error", err',
  );
  life.edit(
    'internal/retry/retry.go',
    '\t\treason := failure(resp, err)\n',
    '\t\treason := failure(resp, err) // as we count\n',
  );
  life.edit('tools/dev/main.go', '"unknown arguments"', '"which arguments?"');
  life.commit();
}

function isWorkThere(): void {
  expect(life.read('cmd/orders/upstreams.go')).toContain('reports()');
  expect(life.read('internal/upstream/client.go')).toContain('Note string');
  expect(life.read('internal/httpapi/upstream.go')).toContain('"path", r.URL.Path, "error", err');
  expect(life.read('internal/retry/retry.go')).toContain('// as we count');
  expect(life.read('tools/dev/main.go')).toContain('which arguments?');
}

/** A tool of Go that a machine without Go cannot run. */
const hasGo = (() => {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

function compiles(): void {
  if (!hasGo) return;
  const env = { ...process.env, GOFLAGS: '-mod=readonly', GOTOOLCHAIN: 'local' };
  const go = (...args: string[]) =>
    execFileSync('go', args, { cwd: life.root, env, encoding: 'utf8', stdio: 'pipe' });
  go('vet', './...');
  go('test', './internal/upstream', './internal/config', './internal/httpapi');
}

describe('a service that calls by HTTP', () => {
  beforeEach(async () => {
    life = await start(BY_HTTP);
  });

  test('that people have edited gets an upstream that is called by gRPC', async () => {
    work();
    await succeed(...ADD);
    isWorkThere();
    expect(life.read('internal/upstream/stock_client.go')).toContain('ItemsServiceClient');
    expect(life.read('go.mod')).toContain('google.golang.org/grpc v');
    compiles();
  });

  test('is then what new would have given, and again what it was without that upstream', async () => {
    const before = life.snapshot();
    await succeed(...ADD);
    expect(life.snapshot()).toEqual((await start(BY_HTTP, BY_GRPC)).snapshot());
    await succeed('remove', 'upstream', 'stock', '--no-verify');
    expect(life.snapshot()).toEqual(before);
  });

  test('may call by gRPC alone, and keeps its code beside', async () => {
    await succeed(...ADD);
    life.edit('cmd/orders/main.go', '\twithItems,\n', '\twithItems,\n\t// ours\n');
    life.commit();
    await succeed('remove', 'upstream', 'inventory', '--no-verify');
    expect(life.read('cmd/orders/main.go')).toContain('// ours');
    expect(life.has('internal/upstream/once.go')).toBe(false);
    compiles();
  });

  test('calls an upstream in another way when its URL says so', async () => {
    work();
    life.edit(
      'scaffold.yaml',
      BY_HTTP.replace('inventory=', ''),
      'grpc://inventory.shop.svc.cluster.local:9090',
    );
    life.commit();
    const { exitCode } = await life.run(['update', '--no-verify']);
    // What people wrote into the client of HTTP has no place any more, and is not thrown away.
    expect(exitCode).toBe(3);
    expect(life.read('internal/upstream/client.go')).toContain('Note string');
  });
});
