import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { cli, execute, runCli } from '../support/cli.js';

/** A retry that nothing bounds: `check` finds something in it. */
const MANIFEST = [
  'apiVersion: networking.istio.io/v1',
  'kind: VirtualService',
  'metadata: { name: inventory, namespace: shop }',
  'spec:',
  '  hosts: [inventory.shop.svc.cluster.local]',
  '  http:',
  '    - timeout: 1s',
  '      retries: { attempts: 3, perTryTimeout: 2s, retryOn: 5xx }',
  '      route: [{ destination: { host: inventory.shop.svc.cluster.local } }]',
  '',
].join('\n');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'input-'));
  writeFileSync(join(folder, 'all.yaml'), MANIFEST);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const codesOf = (stdout: string): readonly string[] =>
  (JSON.parse(stdout) as { findings: { code: string }[] }).findings.map(({ code }) => code);

describe('check -', () => {
  test('says what check of the file says, however slow the writer is', async () => {
    const ofFile = await runCli(['check', 'all.yaml', '--json'], { cwd: folder });
    const half = MANIFEST.length / 2;
    const ofPipe = await runCli(['check', '-', '--json'], {
      cwd: folder,
      onInput: (stdin) => {
        setTimeout(() => stdin.write(MANIFEST.slice(0, half)), 300);
        setTimeout(() => stdin.end(MANIFEST.slice(half)), 600);
      },
    });
    expect(ofPipe.exitCode).toBe(1);
    expect(ofPipe.exitCode).toBe(ofFile.exitCode);
    expect(codesOf(ofPipe.stdout)).toEqual(codesOf(ofFile.stdout));
    expect(codesOf(ofPipe.stdout)).toContain('PERTRY_GE_TIMEOUT');
  });

  test('reads more than a pipe holds', async () => {
    const comment = `# ${'x'.repeat(98)}\n`.repeat(20_000);
    const { exitCode, stdout } = await runCli(['check', '-', '--json'], {
      cwd: folder,
      onInput: (stdin) => stdin.end(comment + MANIFEST),
    });
    expect(exitCode).toBe(1);
    expect(codesOf(stdout)).toContain('PERTRY_GE_TIMEOUT');
  });

  test('reads a pipe that the shell opened', async () => {
    const script = `(sleep 0.5; cat all.yaml) | "$0" "$1" check - --severity error`;
    const { exitCode, stderr } = await execute('bash', ['-c', script, process.execPath, cli], {
      cwd: folder,
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
  });

  test('ends with 130 when it is told to end while it waits', async () => {
    const { exitCode } = await runCli(['check', '-'], {
      cwd: folder,
      onInput: (stdin, child) => {
        stdin.on('error', () => undefined);
        // More than a pipe holds: once it is written, the command reads.
        stdin.write('#'.repeat(1_000_000), () => child.kill('SIGTERM'));
      },
    });
    expect(exitCode).toBe(130);
  });

  test('with a standard input that is closed has nothing to check', async () => {
    const { exitCode, stderr } = await execute(
      'sh',
      ['-c', '"$0" "$1" check - <&-', process.execPath, cli],
      { cwd: folder },
    );
    expect(exitCode).toBe(2);
    expect(stderr).toContain('there is nothing to check in standard input');
  });
});

test('a pipe with a name is read like a file', async () => {
  const { exitCode, stdout } = await execute(
    'bash',
    ['-c', '"$0" "$1" check --json <(sleep 0.2; cat all.yaml)', process.execPath, cli],
    { cwd: folder },
  );
  expect(exitCode).toBe(1);
  expect(codesOf(stdout)).toContain('PERTRY_GE_TIMEOUT');
});
