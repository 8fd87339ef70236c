import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { main } from '../../scripts/new-rule.js';
import { copyTool } from '../support/copy-tool.js';
import { execute } from '../support/cli.js';

/** What a rule with the code CALL_TOO_LONG consists of. */
const RULE = 'src/rules/composition/call-too-long.ts';
const PAGE = 'docs/rules/CALL_TOO_LONG.md';

/** The recipe for a rule: `npm run new-rule` in a copy of the repository, and the tests that every rule passes. */
describe('a further rule', () => {
  const root = copyTool([
    'docs/rules',
    'test/rules',
    'test/support',
    'test/contracts',
    'test/docs',
  ]);

  beforeAll(() => {
    vi.spyOn(console, 'log').mockReturnValue();
    main(['CALL_TOO_LONG'], root);
    main(['ROUTE_TOO_LONG', 'istio'], root);
  });

  afterAll(() => rmSync(root, { recursive: true, force: true }));

  /** Runs tests of the copy. */
  async function testCopy(project: string, ...args: readonly string[]) {
    const vitest = join(root, 'node_modules/.bin/vitest');
    const words = ['run', '--reporter=verbose', '--project', project, ...args];
    return await execute(vitest, words, { cwd: root, env: { NO_COLOR: '1' } });
  }

  test('passes the tests of rules, and their pages are up to date', async () => {
    const { exitCode, stdout } = await testCopy(
      'unit',
      'test/rules/examples.test.ts',
      'test/docs/rule-docs.test.ts',
      '-t',
      'TOO_LONG|every rule has|what the rules say',
    );
    expect(exitCode, stdout).toBe(0);
    expect(stdout).toMatch(/✓.*CALL_TOO_LONG > reports its bad example/);
    expect(stdout).toMatch(/✓.*ROUTE_TOO_LONG > is silent on its good example/);
  }, 300_000);

  test('is found by its file', async () => {
    const { exitCode, stdout } = await testCopy('contracts', 'test/contracts/kinds.test.ts');
    expect(exitCode, stdout).toBe(0);
    expect(existsSync(join(root, 'src/meshes/istio/rules/route-too-long.ts'))).toBe(true);
  }, 300_000);

  test('has a page and a row in the list', () => {
    expect(readFileSync(join(root, PAGE), 'utf8')).toContain('timeout: 1h');
    const list = readFileSync(join(root, 'docs/rules/README.md'), 'utf8');
    expect(list).toContain('| [CALL_TOO_LONG](CALL_TOO_LONG.md) | info |');
  });

  test('fails its tests when it no longer finds anything', async () => {
    const text = readFileSync(join(root, RULE), 'utf8');
    writeFileSync(join(root, RULE), text.replace('1_800_000', '7_200_000'));
    const { exitCode, stdout } = await testCopy(
      'unit',
      'test/rules/examples.test.ts',
      '-t',
      'CALL_TOO_LONG',
    );
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/×.*CALL_TOO_LONG > reports its bad example/);
  }, 300_000);

  test.each([[], ['short'], ['lower_case'], ['../A_B'], ['CALL_TOO_LONG'], ['A_B', 'nowhere']])(
    'refuses %j %j',
    (...words) => {
      expect(() => main(words, root)).toThrow(/usage|already|no place/);
    },
  );
});
