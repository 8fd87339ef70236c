import { join } from 'node:path';

import { makeService, nothing, scaffold, timed } from './measure.mjs';

/** @type {import('./measure.mjs').Bench} */
export const bench = {
  what: 'check of one service with everything, to node -e 0',
  limit: 3,
  prepare: (folder) => {
    const cwd = join(folder, 'orders');
    makeService(cwd, ['--all']);
    return { reference: nothing, subject: () => timed(() => scaffold(['check'], { cwd })) };
  },
};
