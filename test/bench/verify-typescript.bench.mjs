import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { cli, makeService, run, timed } from './measure.mjs';

/** @type {import('./measure.mjs').Bench} */
export const bench = {
  what: 'verify of a TypeScript service, installed, to the same commands by hand',
  limit: 1.15,
  turns: 5,
  prepare: (folder) => {
    const cwd = join(folder, 'orders');
    makeService(cwd, ['--language', 'typescript', '--all']);
    const env = { ...process.env, NO_COLOR: '1', CI: 'true' };
    if (spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd, env }).status !== 0) {
      return 'npm ci fails: is the registry within reach?';
    }
    const byHand = ['tsc --noEmit', 'eslint . --max-warnings 0', 'vitest run']
      .map((command) => `node_modules/.bin/${command} & `)
      .join('');
    return {
      reference: () => timed(() => run('sh', ['-c', `${byHand}wait`], { cwd, env })),
      subject: () => timed(() => run(process.execPath, [cli, 'verify', '--json'], { cwd, env })),
    };
  },
};
