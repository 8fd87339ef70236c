import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { buildCopyWith } from '../support/build-copy.js';

const HOST = 'inventory.shop.svc.cluster.local';

/**
 * A further transport is a folder below src/transports. A copy of the tool with that folder, and nothing else changed,
 * is built and asked about calls that a URL declares by the transport's scheme.
 */
describe('a further transport', () => {
  let root = '';
  const service = (): string => join(root, 'orders');

  beforeAll(() => {
    root = buildCopyWith('test/fixtures/toy-transport', 'transports/toy');
    declare(`toy://${HOST}`);
    deploy('unavailable');
  }, 180_000);

  afterAll(() => rmSync(root, { recursive: true, force: true }));

  function write(path: string, text: string): void {
    mkdirSync(join(service(), path, '..'), { recursive: true });
    writeFileSync(join(service(), path), text);
  }

  function declare(url: string): void {
    write(
      'scaffold.yaml',
      [
        'version: 1',
        'service: { name: orders, language: go, module: example.com/orders }',
        `upstreams: [{ name: inventory, url: "${url}", timeout: 2s }]`,
        'capabilities: { retry: { attempts: 3, perAttemptTimeout: 500ms } }',
        '',
      ].join('\n'),
    );
  }

  function deploy(retryOn: string): void {
    write(
      'deploy/mesh/inventory.yaml',
      `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: inventory, namespace: default }\nspec:\n  hosts: [${HOST}]\n  http:\n    - timeout: 400ms\n      retries: { attempts: 2, retryOn: "${retryOn}" }\n      route: [{ destination: { host: ${HOST} } }]\n`,
    );
  }

  function run(...args: readonly string[]): { stdout: string; stderr: string } {
    const cli = join(root, 'dist/cli.js');
    return spawnSync(process.execPath, [cli, ...args], { cwd: service(), encoding: 'utf8' });
  }

  /** The JSON document of a command of the tool that was built. */
  function ask(...args: readonly string[]): Record<string, unknown> {
    const { stdout, stderr } = run(...args, '--json');
    expect(stderr).toBe('');
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  const amplified = (): string | undefined => {
    const findings = ask('check')['findings'] as { code: string; message: string }[];
    return findings.find(({ code }) => code === 'RETRY_AMPLIFIED')?.message;
  };

  type Upstream = {
    outcomes: { title: string; method: string; requests: number; callerSees: unknown }[];
  };
  const outcomes = (): Upstream['outcomes'] =>
    (ask('explain')['upstreams'] as Upstream[])[0]?.outcomes ?? [];
  const outcome = (title: string) => outcomes().find((one) => one.title === title);

  test('is declared by its scheme, which messages list', () => {
    declare(`ftp://${HOST}`);
    const { stdout } = run('check');
    declare(`toy://${HOST}`);
    expect(stdout).toContain('must be an http, https, grpc, grpcs, toy or toys URL');
  });

  test('says which failures both layers repeat, by what a proxy sees of an answer', () => {
    expect(amplified()).toContain('9 times (BUSY)');
    deploy('deadline-exceeded');
    expect(amplified()).toContain('9 times (LATE)');
    // The application does not repeat it.
    deploy('internal');
    expect(amplified()).toBeUndefined();
    deploy('unavailable');
  });

  test('is what explain plays: its methods, its codes, and answers of the service itself', () => {
    expect(outcome('upstream BUSY')).toMatchObject({
      method: 'toys.Shelf/Look',
      requests: 9,
      callerSees: 503,
    });
    // What the proxy answers when its time limit is over is a word that BUSY has.
    expect(outcome('hangs')).toMatchObject({ requests: 3, callerSees: 503 });
    expect(outcome('toys.Shelf/Change, upstream BUSY')).toMatchObject({ requests: 3 });
    expect(outcomes().map(({ title }) => title)).toContain('sidecar: pool full');
    declare(`toys://${HOST}`);
    expect(outcomes().map(({ title }) => title)).not.toContain('sidecar: pool full');
    declare(`toy://${HOST}`);
  });

  test('is what simulate plays, on the page too', () => {
    const { stdout } = run('simulate', 'inventory', '--fault', 'errors', '--html', 'page.html');
    expect(stdout).toContain('a share of the requests is answered BUSY');
    expect(stdout).toContain('toys.Shelf/Looks that arrive at random');
    const page = readFileSync(join(service(), 'page.html'), 'utf8');
    expect(page).toContain('"transport":"toy"');
    expect(page).toContain('toys.Shelf/Look, upstream BUSY');
    const amplification = (...args: readonly string[]) => {
      const [run] = ask('simulate', 'inventory', '--fault', 'errors', '--share', '1', ...args)[
        'runs'
      ] as { amplification: number }[];
      return run?.amplification ?? 0;
    };
    const repeated = amplification();
    deploy('internal');
    expect(amplification()).toBeLessThan(repeated / 2);
    deploy('unavailable');
  });
});
