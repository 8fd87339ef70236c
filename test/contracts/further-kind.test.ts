import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { copyTool } from '../support/copy-tool.js';
import { execute } from '../support/cli.js';

/** The recipe for a manifest kind: its file and its schema, and nothing else changed, in a copy of the tool. */
describe('a further kind', () => {
  const root = copyTool(['test/contracts', 'test/support']);
  const service = join(root, 'orders');

  beforeAll(() => {
    const fixture = 'test/fixtures/further-kind';
    const kind = 'src/meshes/kubernetes/kinds/toy-quota.ts';
    cpSync(join(fixture, 'toy-quota.ts'), join(root, kind));
    cpSync(join(fixture, 'toyquota-toy-v1.json'), join(root, 'schemas/toyquota-toy-v1.json'));
    execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: root });
    mkdirSync(join(service, 'deploy'), { recursive: true });
    const project =
      'version: 1\nservice: { name: orders, language: go, module: example.com/orders }\n';
    writeFileSync(join(service, 'scaffold.yaml'), project);
  }, 180_000);

  afterAll(() => rmSync(root, { recursive: true, force: true }));

  /** What `check` says of a ToyQuota with that spec. */
  async function problemsOf(spec: string): Promise<readonly string[]> {
    const text = `apiVersion: toy.invalid/v1\nkind: ToyQuota\nmetadata: { name: q }\nspec: ${spec}\n`;
    writeFileSync(join(service, 'deploy/quota.yaml'), text);
    const args = [join(root, 'dist/cli.js'), 'check', '--json'];
    const { stdout } = await execute(process.execPath, args, { cwd: service });
    const { findings } = JSON.parse(stdout) as { findings: { code: string; message: string }[] };
    return findings.filter(({ code }) => code === 'MANIFEST_INVALID').map(({ message }) => message);
  }

  test('has its fields checked', async () => {
    expect(await problemsOf('{ least: 1, most: 2 }')).toEqual([]);
    expect((await problemsOf('{ least: one, most: 2 }')).join()).toContain('"one"');
    expect((await problemsOf('{ least: 1, mots: 2 }')).join()).toContain('Did you mean most?');
  });

  test('has what no schema says checked, too', async () => {
    expect((await problemsOf('{ least: 3, most: 2 }')).join()).toContain('least 3 is above most 2');
  });

  test('is found by its file, with its schema', async () => {
    const args = [
      'run',
      '--reporter=verbose',
      '--project',
      'contracts',
      'test/contracts/kinds.test.ts',
    ];
    const vitest = join(root, 'node_modules/.bin/vitest');
    const { exitCode, stdout } = await execute(vitest, args, { cwd: root });
    expect(exitCode, stdout).toBe(0);
  }, 300_000);
});
