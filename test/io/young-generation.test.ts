import { execFileSync } from 'node:child_process';

import { buildSync } from 'esbuild';
import { expect, it } from 'vitest';

/** What V8 has taken for new objects once many of them have survived, in MB. */
function youngAfter(first: string): number {
  const contents = `
    import { getHeapSpaceStatistics } from 'node:v8';
    import { keepYoungGenerationSmall } from './young-generation.js';
    ${first}
    const kept = [];
    for (let index = 0; index < 1_000_000; index += 1) kept.push({ index, name: ['' + index] });
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    console.log(young.space_size / 1_000_000, kept.length);
  `;
  const resolveDir = new URL('../../src/io', import.meta.url).pathname;
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
  });
  const args = ['--eval', outputFiles[0]?.text ?? ''];
  return Number.parseFloat(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

it('keeps the space for new objects from growing in a process that runs already', () => {
  const usual = youngAfter('');
  expect(usual).toBeGreaterThan(16);
  expect(youngAfter('keepYoungGenerationSmall();')).toBeLessThan(usual / 2);
}, 30_000);
