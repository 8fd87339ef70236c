import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const HOST = 'inventory.shop.svc.cluster.local';
const LIMIT = `---\napiVersion: toy.invalid/v1\nkind: ToyLimit\nmetadata: { name: limit, namespace: shop }\nspec: { host: ${HOST}, requests: 2 }\n`;

/**
 * A further mesh is a folder below src/meshes: kinds, rules, a provider, what it emits and what it needs; and, for what
 * a capability has for it, a folder there. A copy of the tool with those folders, and nothing else changed, is built
 * and asked.
 */
describe('a further mesh', () => {
  const root = mkdtempSync(join(tmpdir(), 'meshes-'));
  const service = join(root, 'orders');

  beforeAll(() => {
    for (const path of ['package.json', 'src', 'scripts', 'schemas', 'templates', 'capabilities']) {
      cpSync(path, join(root, path), { recursive: true });
    }
    for (const path of ['LICENSE', 'tsconfig.json']) cpSync(path, join(root, path));
    symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
    cpSync('test/fixtures/toy-mesh', join(root, 'src/meshes/toy'), { recursive: true });
    cpSync('test/fixtures/toy-mesh-deploy', join(root, 'capabilities/mesh-ready/deploy/toy'), {
      recursive: true,
    });
    execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: root });
    write(
      'scaffold.yaml',
      [
        'version: 1',
        'service: { name: orders, language: go, module: example.com/orders }',
        `upstreams: [{ name: inventory, url: "http://${HOST}:80", timeout: 2s }]`,
        'capabilities: { retry: { attempts: 3, perAttemptTimeout: 500ms } }',
        '',
      ].join('\n'),
    );
    deploy('');
  }, 180_000);

  afterAll(() => rmSync(root, { recursive: true, force: true }));

  function write(path: string, text: string): void {
    mkdirSync(join(service, path, '..'), { recursive: true });
    writeFileSync(join(service, path), text);
  }

  function deploy(more: string): void {
    write(
      'deploy/mesh/toy.yaml',
      `apiVersion: toy.invalid/v1\nkind: ToyRoute\nmetadata: { name: calls, namespace: shop }\nspec:\n  host: ${HOST}\n  tries: 4\n${more}`,
    );
  }

  /** The JSON document of a command of the tool that was built. */
  function askIn(cwd: string, ...args: readonly string[]): Record<string, unknown> {
    return JSON.parse(tool(cwd, args).stdout) as Record<string, unknown>;
  }

  function ask(...args: readonly string[]): Record<string, unknown> {
    const { stdout, stderr } = tool(service, args);
    expect(stderr).toBe('');
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  function tool(cwd: string, args: readonly string[]) {
    const cli = join(root, 'dist/cli.js');
    return spawnSync(process.execPath, [cli, ...args, '--json'], {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, PATH: `${join(root, 'bin')}${delimiter}${process.env['PATH'] ?? ''}` },
    });
  }

  type Finding = { code: string; message: string; fix: string; target: string };
  const findingsOf = (document: Record<string, unknown>): readonly Finding[] =>
    document['findings'] as Finding[];

  test('has its rule among the rules, and the rule finds', () => {
    const rules = ask('rules')['rules'] as { code: string }[];
    expect(rules.map(({ code }) => code)).toContain('TOY_WITHOUT_LIMIT');
    expect(findingsOf(ask('check'))).toContainEqual(
      expect.objectContaining({ code: 'TOY_WITHOUT_LIMIT', target: 'ToyRoute/calls' }),
    );
  });

  test('is read by the rules of both layers, in its own words', () => {
    const found = findingsOf(ask('check')).find(({ code }) => code === 'RETRY_AMPLIFIED');
    expect(found?.message).toContain('3 tries by the application');
    expect(found?.message).toContain('4 by the mesh (tries: 4)');
    expect(found?.fix).toContain('tries: 1 in ToyRoute/calls');
  });

  test('is a layer of explain, with its places, its defaults and its queries', () => {
    const [upstream] = ask('explain')['upstreams'] as {
      mesh: { what: string; value: string; source: string }[];
      queries: { query: string }[];
    }[];
    const layer = (what: string) => upstream?.mesh.find((row) => row.what === what);
    expect(layer('ToyRoute/calls: tries')).toMatchObject({
      value: '4 (tries: 4)',
      source: 'deploy/mesh/toy.yaml:6',
    });
    expect(layer('ToyRoute/calls: after')).toMatchObject({ source: "Toy's default" });
    const queries = upstream?.queries.map(({ query }) => query).join('\n');
    expect(queries).toContain(`toy_tries{host="${HOST}"}`);
    expect(queries).toContain('upstream_retries_total');
    expect(queries).not.toMatch(/istio|envoy/);
  });

  test('acts in simulate, and a limit of it sheds load', () => {
    const amplificationOf = (): Record<string, number> => {
      const runs = ask('simulate', 'inventory', '--fault', 'errors', '--share', '1')['runs'] as {
        name: string;
        amplification: number;
      }[];
      return Object.fromEntries(runs.map(({ name, amplification }) => [name, amplification]));
    };
    const free = amplificationOf();
    expect(free['as declared']).toBeGreaterThan(2 * (free['without the mesh'] ?? Infinity));
    deploy(LIMIT);
    expect(findingsOf(ask('check')).map(({ code }) => code)).not.toContain('TOY_WITHOUT_LIMIT');
    expect(
      findingsOf(ask('check')).find(({ code }) => code === 'CB_BELOW_CONCURRENCY'),
    ).toMatchObject({ fix: expect.stringMatching(/^requests: \d+$/) as string });
    expect(amplificationOf()['as declared']).toBeLessThan(free['as declared'] ?? 0);
  });

  describe('that a service is made for', () => {
    const made = join(root, 'made');
    const read = (path: string) => readFileSync(join(made, path), 'utf8');
    let created: Record<string, unknown>;

    beforeAll(() => {
      const flags = {
        language: 'go',
        with: 'mesh-ready,retry,circuit-breaker,jwt',
        dir: 'made',
        upstream: [`inventory=http://${HOST}:80`, 'rates=https://api.example.com'],
        set: ['mesh-ready.provider=toy', 'mesh-ready.namespace=shop', 'mesh-ready.urgent=true'],
      };
      const words = Object.entries(flags).flatMap(([name, values]) =>
        [values].flat().flatMap((value) => [`--${name}`, value]),
      );
      created = askIn(root, 'new', 'service', 'orders', ...words, '--yes', '--no-verify');
    });

    test('has its files, in its words, and none of another mesh', () => {
      const files = (created['files'] as { path: string }[]).map(({ path }) => path);
      expect(files.filter((path) => path.startsWith('deploy/mesh/'))).toEqual([
        'deploy/mesh/kustomization.yaml',
        'deploy/mesh/orders-to-inventory.yaml',
      ]);
      // The application repeats: the mesh does not, and cuts before a try ends.
      expect(read('deploy/mesh/orders-to-inventory.yaml')).toMatch(/tries: 1\n {2}within: 900ms\n/);
      expect(read('deploy/mesh/kustomization.yaml')).toContain('- orders-to-inventory.yaml\n');
      expect(read('deploy/base/deployment.yaml')).toMatch(/toy.invalid\/urgent: "true"\n {4}spec:/);
      expect(read('deploy/base/deployment.yaml')).not.toMatch(/istio/i);
    });

    const unsaid = {
      mesh: 'Toy',
      control: 'the ejection of failing replicas',
      target: 'inventory',
      reason: 'a ToyRoute knows no replicas',
      instead: 'Only the circuit breaker of the application stops calls to them.',
    };

    test('hears what it cannot express, from new and from explain', () => {
      expect(created['unsaid']).toEqual([unsaid]);
      const upstreams = askIn(made, 'explain')['upstreams'] as { name: string; unsaid: unknown }[];
      expect(upstreams).toMatchObject([
        { name: 'inventory', unsaid: [unsaid] },
        { name: 'rates', unsaid: [] },
      ]);
    });

    test('is checked by its rules and not by those of another mesh', () => {
      const codes = () => findingsOf(askIn(made, 'check')).map(({ code }) => code);
      // Its routes know no callers, and this one is in the namespace of the upstream.
      expect(codes().filter((code) => code !== 'PLACEHOLDER_UNSET')).toEqual([
        'ROUTE_BINDS_EVERY_CLIENT',
      ]);
      const path = 'deploy/mesh/orders-to-inventory.yaml';
      const text = read(path);
      writeFileSync(join(made, path), text.replace('tries: 1', 'tries: 4'));
      expect(codes()).toContain('RETRY_AMPLIFIED');
      writeFileSync(join(made, path), text);
    });

    test('has its defaults where nothing is written, not those of another mesh', () => {
      const upstreams = askIn(made, 'explain')['upstreams'] as {
        mesh: { source: string }[];
      }[];
      const sources = upstreams.flatMap(({ mesh }) => mesh.map(({ source }) => source));
      expect(sources).toContain("Toy's default");
      expect(sources.join()).not.toContain('Istio');
    });

    test('is drift-clean, and gets the files of the other mesh with its provider', () => {
      expect(askIn(made, 'drift')).toMatchObject({ ok: true });
      const declaration = read('scaffold.yaml');
      writeFileSync(
        join(made, 'scaffold.yaml'),
        declaration.replace('provider: toy', 'provider: istio').replace(/^ *urgent: true\n/m, ''),
      );
      const {
        files,
        gone,
        unsaid: left,
      } = askIn(made, 'update', '--dry-run') as {
        files: { path: string; action: string }[];
        gone: { kind: string }[];
        unsaid: unknown[];
      };
      expect(files).toContainEqual(
        expect.objectContaining({ path: 'deploy/mesh/destination-rule.yaml', action: 'created' }),
      );
      expect(gone.map(({ kind }) => kind).sort()).toEqual(['ToyLimit', 'ToyRoute']);
      expect(left).toEqual([]);
      writeFileSync(join(made, 'scaffold.yaml'), declaration);
    });

    test('may not set what only another mesh knows', () => {
      const declaration = read('scaffold.yaml');
      writeFileSync(
        join(made, 'scaffold.yaml'),
        declaration.replace('urgent: true', 'urgent: true\n    revision: canary'),
      );
      expect(askIn(made, 'update', '--dry-run')).toMatchObject({
        error: {
          code: 'setting-of-other-mesh',
          message: 'mesh-ready.revision is a setting of Istio, and the service is for Toy.',
        },
      });
      writeFileSync(join(made, 'scaffold.yaml'), declaration);
    });

    test('asks for its platform and its tool, and verify runs the tool', () => {
      mkdirSync(join(root, 'bin'), { recursive: true });
      const script =
        '#!/bin/sh\n[ "$1" = version ] && echo toyctl 3.2.0 && exit\nshift\necho "linted $#"\n';
      writeFileSync(join(root, 'bin/toyctl'), script, { mode: 0o755 });
      const { tools, platforms } = askIn(made, 'doctor') as {
        tools: { name: string; state: string; version: string }[];
        platforms: { name: string }[];
      };
      expect(tools).toContainEqual(
        expect.objectContaining({ name: 'toyctl', state: 'good', version: '3.2.0' }),
      );
      const names = platforms.map(({ name }) => name);
      expect(names.slice(0, 1)).toEqual(['Kubernetes']);
      expect(names).toEqual(expect.arrayContaining(['Istio', 'Linkerd', 'Toy']));
      // Without a language's tools nothing of its code is run.
      rmSync(join(made, 'go.mod'));
      const { steps } = askIn(made, 'verify')['verification'] as {
        steps: { name: string; status: string; detail: string }[];
      };
      expect(steps).toContainEqual(
        expect.objectContaining({ name: 'toyctl', status: 'passed', detail: 'linted 6' }),
      );
    });
  });

  test('changes nothing that was there', () => {
    for (const path of ['capabilities', 'src/meshes/istio', 'templates', 'src/model']) {
      expect(() =>
        execFileSync('diff', ['-rq', '-x', 'toy', path, join(root, path)]),
      ).not.toThrow();
    }
    expect(existsSync('src/meshes/toy')).toBe(false);
  });
});
