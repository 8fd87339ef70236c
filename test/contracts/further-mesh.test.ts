import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const HOST = 'inventory.shop.svc.cluster.local';
const LIMIT = `---\napiVersion: toy.invalid/v1\nkind: ToyLimit\nmetadata: { name: limit, namespace: shop }\nspec: { host: ${HOST}, requests: 2 }\n`;

/**
 * A further mesh is a folder below src/meshes: kinds, rules and a provider. A copy of the tool with that folder, and
 * nothing else changed, is built and asked.
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
  function ask(...args: readonly string[]): Record<string, unknown> {
    const cli = join(root, 'dist/cli.js');
    const { stdout, stderr } = spawnSync(process.execPath, [cli, ...args, '--json'], {
      cwd: service,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    return JSON.parse(stdout) as Record<string, unknown>;
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
});
