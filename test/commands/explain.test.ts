import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { run } from '../../src/commands/run.js';
import { fakeHost } from '../support/host.js';
import { readFolder } from '../support/read-folder.js';
import { ruleCatalog } from '../support/rule-catalog.js';
import { writeTree } from '../support/snapshot.js';

const example = fileURLToPath(new URL('../rules/RETRY_AMPLIFIED/bad', import.meta.url));
const catalog = ruleCatalog();
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'explain-'));
  writeTree(root, Object.fromEntries(readFolder(example)));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

async function scaffold(...argv: readonly string[]) {
  const host = fakeHost({ cwd: root, catalog });
  const exitCode = await run(argv, host);
  return { exitCode, out: host.out(), err: host.err() };
}

type Explained = { upstreams: { worstCase: { tries: number }; mesh: unknown[] }[] };

describe('explain', () => {
  test('draws the call, and counts the requests of every failure', async () => {
    const { exitCode, out } = await scaffold('explain', 'inventory', '--rps', '100');
    expect(exitCode).toBe(0);
    expect(out).toContain('orders → inventory   http://inventory.shop.svc.cluster.local:8080');
    expect(out).toMatch(/├ try 1 ─+┤·+├ try 2/);
    expect(out).toMatch(/reset +6 \(2 × 3\) .* both/);
    expect(out).toContain('at 100 calls/s: up to 600 requests/s at inventory');
  });

  test('is one JSON document', async () => {
    const { upstreams } = JSON.parse((await scaffold('explain', '--json')).out) as Explained;
    expect(upstreams).toMatchObject([{ name: 'inventory', worstCase: { tries: 6 } }]);
  });

  test('names manifests that it could not read, and ends with 2', async () => {
    writeTree(root, { 'deploy/broken.yaml': 'kind: VirtualService\nspec: ]\n' });
    for (const command of ['explain', 'simulate']) {
      const { exitCode, out } = await scaffold(command, 'inventory');
      expect(exitCode).toBe(2);
      expect(out).toMatch(/^unreadable {2}deploy\/broken\.yaml:2:7: /);
      expect(out).toContain('inventory');
    }
    const { problems } = JSON.parse((await scaffold('explain', '--json')).out) as {
      problems: unknown[];
    };
    expect(problems).toMatchObject([{ file: 'deploy/broken.yaml', line: 2 }]);
    writeTree(root, { 'scaffold.yaml': 'service: { name: Orders }\n' });
    expect((await scaffold('explain')).err).toContain('scaffold.yaml:1:12');
  });

  test('--html writes a page and says where', async () => {
    const { out } = await scaffold('explain', '--html', 'page.html');
    expect(out).toBe('written: page.html\n');
    expect(readFileSync(join(root, 'page.html'), 'utf8')).toMatch(/^<!doctype html>/);
  });

  test('says what is missing', async () => {
    expect((await scaffold('explain', 'inventry')).err).toContain('Did you mean inventory?');
    expect((await scaffold('explain', '--rps', 'many')).exitCode).toBe(2);
    rmSync(join(root, 'scaffold.yaml'));
    expect((await scaffold('explain')).err).toContain('there is no scaffold.yaml here');
  });
});

describe('simulate', () => {
  test('compares the layers, with what it models and what not', async () => {
    const { exitCode, out } = await scaffold(
      'simulate',
      'inventory',
      '--fault',
      'gone',
      '--rps',
      '20',
      '--html',
      'page.html',
    );
    expect(exitCode).toBe(0);
    expect(out).toMatch(/as declared .*\n.*without the mesh .*\n.*without the application/);
    expect(out).toContain('Not modelled:');
    const page = readFileSync(join(root, 'page.html'), 'utf8');
    const shown = page.slice(0, page.indexOf('<script'));
    expect(shown.match(/<article class="run">/g)).toHaveLength(3);
    expect(page).toContain('no replica takes connections</option>');
  });

  test('the same seed prints the same', async () => {
    const runs = [1, 1, 2].map(
      async (seed) =>
        (await scaffold('simulate', 'inventory', '--seed', String(seed), '--rps', '20', '--json'))
          .out,
    );
    const [first, second, other] = await Promise.all(runs);
    expect(second).toBe(first);
    expect(other).not.toBe(first);
  });
});

describe('rules', () => {
  test('lists every rule and explains one', async () => {
    expect((await scaffold('rules')).out).toMatch(/^AMBIENT_BYPASS/);
    expect((await scaffold('explain-rule', 'od_never_ejects')).out).toContain('# OD_NEVER_EJECTS');
    const { exitCode, err } = await scaffold('explain-rule', 'OD_NEVER_EJECT');
    expect(exitCode).toBe(2);
    expect(err).toContain('Did you mean OD_NEVER_EJECTS?');
  });
});
