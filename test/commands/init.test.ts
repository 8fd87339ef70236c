import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import { openLife, type Life } from '../support/life.js';

const catalog = readCatalog(process.cwd());

const goService = {
  'go.mod': 'module corp/team/stock/v2\n\ngo 1.25\n',
  'main.go':
    'package main\n\nfunc main() {\n\tmux.HandleFunc("GET /health", ok)\n\tmux.HandleFunc("/ready", ok)\n\thttp.ListenAndServe(":9000", mux)\n}\n',
  'README.md': '# Stock\n',
};
const nodeService = {
  'package.json': '{\n  "name": "@acme/price-list",\n  "type": "module"\n}\n',
  'src/server.ts': "app.get('/livez', ok);\napp.listen(Number(process.env.PORT ?? 3000));\n",
};

/** A service that people made, from test/fixtures/adopted. */
function openFixture(name: string): Life {
  const root = mkdtempSync(join(tmpdir(), 'init-'));
  cpSync(join(import.meta.dirname, '../fixtures/adopted', name), root, { recursive: true });
  return commitRepo(openLife(root, catalog));
}

function openRepo(files: Readonly<Record<string, string>>): Life {
  const life = openLife(mkdtempSync(join(tmpdir(), 'init-')), catalog);
  for (const [path, text] of Object.entries(files)) life.write(path, text);
  return commitRepo(life);
}

function commitRepo(life: Life): Life {
  life.git('init', '--quiet');
  life.commit();
  return life;
}

describe('init', () => {
  test.each([
    [
      'Go',
      goService,
      {
        name: 'stock',
        language: 'go',
        module: 'corp/team/stock/v2',
        port: 9000,
        probes: { live: '/health', ready: '/ready' },
      },
    ],
    [
      'TypeScript',
      nodeService,
      {
        name: 'price-list',
        language: 'typescript',
        module: '@acme/price-list',
        port: 3000,
        probes: { live: '/livez', ready: '/livez' },
      },
    ],
  ])('recognises a %s service and changes no file of it', async (_, files, service) => {
    const life = openRepo(files);
    const before = life.snapshot();
    const { exitCode, out, err } = await life.run(['init', '--json']);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(JSON.parse(out)).toMatchObject({ service });
    const after = life.snapshot();
    expect([...after].filter(([path]) => before.has(path))).toEqual([...before]);
    expect([...after.keys()].filter((path) => !before.has(path)).sort()).toEqual([
      '.scaffold/.gitattributes',
      '.scaffold/lock.json',
      '.scaffold/schema.json',
      'scaffold.yaml',
    ]);
    expect((await life.run(['drift'])).exitCode).toBe(0);
    life.commit();
    expect((await life.run(['update', '--no-verify'])).out).toContain('nothing to change');
  });

  test('lists the files that a template would touch as the user’s', async () => {
    const life = openRepo(goService);
    await life.run(['init']);
    const { files } = JSON.parse(life.read('.scaffold/lock.json')) as {
      files: { path: string; ownership: string }[];
    };
    expect(files.map(({ path, ownership }) => `${ownership} ${path}`)).toEqual([
      'user README.md',
      'user go.mod',
      'seeded scaffold.yaml',
    ]);
  });

  test('then mesh-ready brings manifests with the ports and probes that were found', async () => {
    const life = openRepo(goService);
    await life.run(['init']);
    life.commit();
    const before = life.snapshot();
    const add = ['add', 'capability', 'mesh-ready', '--no-verify'];
    const { exitCode, err } = await life.run(add);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    const deployment = life.read('deploy/base/deployment.yaml');
    expect(deployment).toContain('containerPort: 9000');
    expect(deployment).toContain('path: /health\n');
    expect(deployment).toContain('path: /ready\n');
    for (const path of Object.keys(goService)) {
      expect(life.snapshot().get(path)).toBe(before.get(path));
    }
    expect((await life.run(['drift'])).exitCode).toBe(0);
    life.commit();
    expect((await life.run(['remove', 'capability', 'mesh-ready', '--no-verify'])).exitCode).toBe(
      0,
    );
    expect([...life.snapshot().keys()]).toEqual([...before.keys()]);
  });

  test('then a capability of the code adds its package, and prints how to wire it', async () => {
    const life = openRepo(goService);
    await life.run(['init']);
    life.commit();
    const { exitCode, out } = await life.run(['add', 'capability', 'jwt', '--no-verify']);
    expect(exitCode).toBe(0);
    expect(life.has('internal/scaffold/auth/middleware.go')).toBe(true);
    expect(life.read('go.mod')).toBe(goService['go.mod']);
    expect(out).toMatch(/^--- a\/cmd\/stock\/main\.go$/m);
    expect(out).toMatch(/^\+\twithAuth,$/m);
    expect(out).toMatch(/^\+\+\+ b\/cmd\/stock\/auth\.go$/m);
    expect(out).toContain('+\t"corp/team/stock/v2/internal/scaffold/auth"\n');
    expect(out).toMatch(/^ {2}go get .*github\.com\/golang-jwt\/jwt\/v5@v/m);
  });

  test.each([
    ['go-chi', { name: 'billing', port: 8081, probes: { live: '/healthz', ready: '/ready' } }],
    ['express', { name: 'price-list', port: 3000, probes: { live: '/health', ready: '/health' } }],
  ])('a service like %s keeps every file through a life of its own', async (name, service) => {
    const life = openFixture(name);
    const before = life.snapshot();
    const does = async (...argv: string[]) => {
      const { exitCode, out, err } = await life.run([...argv, '--json']);
      expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
      expect([...life.snapshot()].filter(([path]) => before.has(path))).toEqual([...before]);
      life.commit();
      return JSON.parse(out) as Record<string, unknown>;
    };
    expect(await does('init')).toMatchObject({ service });
    // No code of ours yet, so that there is nothing to wire in.
    const upstream = 'ledger=http://ledger.shop.svc.cluster.local:8080';
    expect(await does('add', 'upstream', upstream, '--no-verify')).toMatchObject({ wiring: [] });
    const retry = await does('add', 'capability', 'retry', '--no-verify');
    const wiring = (retry['wiring'] as string[]).map((diff) => /^\+\+\+ (.*)$/m.exec(diff)?.[1]);
    expect({ wiring, needs: retry['needs'] }).toMatchSnapshot();
    await does('add', 'capability', 'mesh-ready', '--no-verify');
    const adopted = life.snapshot();
    const isBase = (path: string): boolean => path.startsWith('.scaffold/base/');
    expect(
      [...adopted.keys()].filter((path) => !before.has(path) && !isBase(path)),
    ).toMatchSnapshot();
    for (const id of catalog.capabilities.map((manifest) => manifest.id)) {
      if (!life.read('scaffold.yaml').includes(`  ${id}:`))
        await does('add', 'capability', id, '--no-verify');
    }
    expect(await does('drift')).toMatchObject({ repos: [{ status: 'clean', files: [] }] });
    await does('remove', 'capability', 'circuit-breaker', 'jwt', 'observability', '--no-verify');
    expect([...life.snapshot()]).toEqual([...adopted]);
  });

  test('refuses a folder that it does not understand, and a second time', async () => {
    const empty = openRepo({ 'notes.txt': 'x\n' });
    const refused = await empty.run(['init']);
    expect(refused.exitCode).toBe(2);
    expect(refused.err).toContain('go.mod, package.json');

    const life = openRepo(nodeService);
    const before = life.snapshot();
    expect((await life.run(['init', '--dry-run'])).out).toContain('adopted: true');
    expect(life.snapshot()).toEqual(before);
    await life.run(['init']);
    expect((await life.run(['init'])).exitCode).toBe(2);
  });

  test('reads what the repo’s own Deployment says', async () => {
    const life = openFixture('go-deployed');
    const { exitCode, out } = await life.run(['init', '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      service: {
        name: 'plain',
        port: 9000,
        probes: { live: '/live', ready: '/live' },
        image: 'registry.example.com/plain:1',
        namespace: 'shop',
        replicas: 3,
      },
      nextSteps: [
        {
          command:
            'npx meshwright add capability mesh-ready --set mesh-ready.namespace=shop --set mesh-ready.replicas=3',
        },
      ],
    });
    const declared = life.read('scaffold.yaml');
    expect(declared).toContain('  port: 9000\n');
    expect(declared).toContain('  image: registry.example.com/plain:1\n');
    expect(declared).toContain('  probes: { live: /live, ready: /live }\n');
    expect((await life.run(['drift'])).exitCode).toBe(0);
  });

  test('says that what it does not find is unknown, and assumes nothing', async () => {
    const life = openRepo({ 'go.mod': 'module corp/quiet\n', 'main.go': 'package main\n' });
    const { exitCode, out } = await life.run(['init', '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      service: { port: null, probes: { live: null, ready: null }, image: null, namespace: null },
    });
    expect(out).toContain('Port: unknown; declare service.port in scaffold.yaml.');
    expect(out).not.toContain('assumed');
    expect(life.read('scaffold.yaml')).not.toMatch(/^ +port:/m);
    life.commit();
    await life.run(['add', 'capability', 'mesh-ready', '--no-verify']);
    const check = await life.run(['check', '--deployable']);
    expect(check.exitCode).toBe(1);
    expect(check.out).toContain('service.port');
    expect(check.out).toContain('service.probes');
  });

  test('no rule judges a server that nobody described', async () => {
    const life = openFixture('go-deployed');
    await life.run(['init']);
    life.commit();
    await life.run(['add', 'capability', 'mesh-ready', '--no-verify']);
    const { out } = await life.run(['check', '--json']);
    const { findings, folders } = JSON.parse(out) as {
      findings: { code: string }[];
      folders: { notApplicable: string[] }[];
    };
    const judged = ['KEEPALIVE_RACE', 'SHUTDOWN_LEGACY', 'SHUTDOWN_NATIVE'];
    expect(findings.filter(({ code }) => judged.includes(code))).toEqual([]);
    // The pause before the end stands in the pod: SHUTDOWN_NATIVE has something to look at.
    expect(folders[0]?.notApplicable).toEqual(expect.arrayContaining(judged.slice(0, 2)));
    const deployment = life.read('deploy/base/deployment.yaml');
    expect(deployment).not.toContain("the application's");
    expect(deployment).not.toContain('longest request');
  });

  test.each([
    ['go-chi-nested', { live: '/internal/healthz', ready: '/internal/ops/ready' }],
    ['gin-groups', { live: '/v1/admin/healthz', ready: '/readyz' }],
    ['express-mounted', { live: '/ops/livez', ready: '/ops/readyz' }],
  ])('gives the whole path of nested routes: %s', async (name, probes) => {
    const life = openFixture(name);
    expect(JSON.parse((await life.run(['init', '--json'])).out)).toMatchObject({
      service: { probes },
    });
  });

  test.each<[string, Record<string, string>, string[]]>([
    [
      'npm workspaces',
      {
        'package.json': '{ "name": "root", "workspaces": ["packages/*"] }\n',
        'packages/lib/package.json': '{ "name": "lib" }\n',
        'packages/orders/package.json': '{ "name": "orders" }\n',
        'packages/orders/src/main.ts': 'app.listen(3000);\n',
      },
      ['packages/orders'],
    ],
    [
      'go.work',
      {
        'go.work': 'go 1.26\nuse (\n\t./stock\n\t./orders\n)\n',
        'stock/go.mod': 'module corp/stock\n',
        'stock/main.go': 'package main\n\nfunc main() { http.ListenAndServe(":1", nil) }\n',
        'orders/go.mod': 'module corp/orders\n',
        'orders/main.go': 'package main\n\nfunc main() { http.ListenAndServe(":1", nil) }\n',
      },
      ['orders', 'stock'],
    ],
    [
      'modules below services/ and a package.json for tools',
      {
        'package.json': '{ "name": "tools", "devDependencies": {} }\n',
        'services/stock/go.mod': 'module corp/stock\n',
        'services/stock/main.go': 'package main\n\nfunc main() { srv.Serve(l) }\n',
      },
      ['services/stock'],
    ],
    ['modules and nothing at the top', { 'a/go.mod': 'module corp/a\n' }, ['a']],
    [
      'pnpm',
      {
        'package.json': '{ "name": "root" }\n',
        'pnpm-workspace.yaml': 'packages: [apps/*]\n',
        'apps/web/package.json': '{ "name": "web" }\n',
      },
      ['apps/web'],
    ],
  ])('refuses the top of a monorepo: %s', async (_, files, folders) => {
    const life = openRepo(files);
    const before = life.snapshot();
    const { exitCode, err } = await life.run(['init']);
    expect(exitCode).toBe(2);
    for (const folder of folders) {
      expect(err).toContain(`(cd ${folder} && npx meshwright init)`);
    }
    expect(err).not.toContain('cd packages/lib');
    expect(life.snapshot()).toEqual(before);
  });

  test('a module for tools or tests beside a service makes no monorepo of it', async () => {
    const life = openRepo({
      ...goService,
      'tools/go.mod': 'module corp/tools\n',
      'test/e2e/package.json': '{ "name": "e2e" }\n',
      'test/e2e/server.ts': 'app.listen(1);\n',
    });
    expect((await life.run(['init'])).exitCode).toBe(0);
  });
});
