import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, onTestFinished, test } from 'vitest';

import { withBackends } from '../support/linkerd/for-proxy.js';

/**
 * The golden policies of test/mesh/linkerd against the types of linkerd2-proxy-api: a field that it does not have
 * fails. What a proxy does with them is played by proxy.test.ts, where there is one; see docs/decisions/0057.
 */
const module_ = fileURLToPath(new URL('proto', import.meta.url));
const golden = fileURLToPath(new URL('../fixtures/linkerd/outbound', import.meta.url));
const hasGo = spawnSync('go', ['version']).status === 0;

describe.skipIf(!hasGo)(`linkerd2-proxy-api${hasGo ? '' : ' (skipped: Go is not on PATH)'}`, () => {
  test('the programs have nothing that go vet finds', () => {
    const { status, stderr } = spawnSync('go', ['vet', './...'], {
      cwd: module_,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  test('the control plane and the rig do what proxy.test.ts needs of them', () => {
    const run = spawnSync('go', ['test', './...'], { cwd: module_, encoding: 'utf8' });
    expect(run.status, run.stdout + run.stderr).toBe(0);
  });

  test('every golden policy is one that a proxy can be sent', () => {
    const names = readdirSync(golden);
    const files = names.map((name) => `${golden}/${name}/policy.json`);
    const run = spawnSync('go', ['run', '.', ...files], { cwd: module_, encoding: 'utf8' });
    expect(run.stderr).toBe('');
    expect(run.stdout.trim().split('\n')).toHaveLength(names.length);
  });

  test('with backends, it is one still, and no rule is without them', () => {
    const folder = mkdtempSync(join(tmpdir(), 'linkerd-proto-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const files = readdirSync(golden).map((name) => {
      const policy = JSON.parse(readFileSync(`${golden}/${name}/policy.json`, 'utf8')) as object;
      const filled = withBackends({ ...policy });
      const rules = rulesIn(filled);
      expect(rules, name).not.toHaveLength(0);
      for (const rule of rules) expect(JSON.stringify(rule), name).toContain('"balancer"');
      const file = join(folder, `${name}.json`);
      writeFileSync(file, JSON.stringify(filled));
      return file;
    });
    const run = spawnSync('go', ['run', '.', ...files], { cwd: module_, encoding: 'utf8' });
    expect(run.stderr).toBe('');
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

function rulesIn(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) =>
    name === 'rules' && Array.isArray(member) ? (member as unknown[]) : rulesIn(member),
  );
}
