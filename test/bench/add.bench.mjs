import { join } from 'node:path';

import { makeService, nothing, scaffold, timedInCopy } from './measure.mjs';

/** @type {import('./measure.mjs').Bench} */
export const bench = {
  what: 'add of one capability to a service of 60 files, without verify, to node -e 0',
  limit: 6,
  prepare: (folder) => {
    const repo = join(folder, 'orders');
    makeService(repo, ['--language', 'go', '--with', 'retry,mesh-ready']);
    const args = ['add', 'capability', 'circuit-breaker', '--no-verify'];
    return {
      reference: nothing,
      subject: () => timedInCopy(repo, (cwd) => scaffold(args, { cwd })),
    };
  },
};
