import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

/**
 * The golden policies of test/mesh/linkerd against the types of linkerd2-proxy-api: a field that it does not have
 * fails. What a proxy does with them is not played here; see docs/decisions/0057.
 */
const module_ = fileURLToPath(new URL('proto', import.meta.url));
const golden = fileURLToPath(new URL('../fixtures/linkerd/outbound', import.meta.url));
const hasGo = spawnSync('go', ['version']).status === 0;

describe.skipIf(!hasGo)(`linkerd2-proxy-api${hasGo ? '' : ' (skipped: Go is not on PATH)'}`, () => {
  test('the program that reads policies has nothing that go vet finds', () => {
    const { status, stderr } = spawnSync('go', ['vet', '.'], { cwd: module_, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  test('every golden policy is one that a proxy can be sent', () => {
    const names = readdirSync(golden);
    const files = names.map((name) => `${golden}/${name}/policy.json`);
    const run = spawnSync('go', ['run', '.', ...files], { cwd: module_, encoding: 'utf8' });
    expect(run.stderr).toBe('');
    expect(run.stdout.trim().split('\n')).toHaveLength(names.length);
  });

  test('a field that the API does not have is refused', () => {
    const folder = mkdtempSync(join(tmpdir(), 'linkerd-proto-'));
    const file = join(folder, 'policy.json');
    writeFileSync(file, '{"protocol":{"http3":{}}}');
    const run = spawnSync('go', ['run', '.', file], { cwd: module_, encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    expect(run.status).not.toBe(0);
    expect(run.stderr).toContain('http3');
  });
});
