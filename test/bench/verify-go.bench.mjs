import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { cli, makeService, run, timed } from './measure.mjs';

/** @type {import('./measure.mjs').Bench} */
export const bench = {
  what: 'verify of a Go service, to the same go commands by hand with the same cache',
  limit: 1.1,
  turns: 5,
  prepare: (folder) => {
    if (spawnSync('go', ['version']).status !== 0) return 'go is not on PATH';
    const cwd = join(folder, 'orders');
    makeService(cwd, ['--language', 'go', '--all']);
    // Tests run each time; what is compiled stays in the cache of both.
    const env = { ...process.env, GOFLAGS: '-count=1' };
    const byHand = 'go build ./... && { go vet ./... & go test -vet=off ./... & wait; }';
    return {
      reference: () => timed(() => run('sh', ['-c', byHand], { cwd, env })),
      subject: () => timed(() => run(process.execPath, [cli, 'verify', '--json'], { cwd, env })),
    };
  },
};
