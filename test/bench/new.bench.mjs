import { rmSync } from 'node:fs';

import { nothing, scaffold, timed } from './measure.mjs';

/** @type {import('./measure.mjs').Bench} */
export const bench = {
  what: 'new service --all --yes --no-verify, to node -e 0',
  limit: 4,
  prepare: (cwd) => ({
    reference: nothing,
    subject: () => {
      const args = ['new', 'service', 'orders', '--all', '--yes', '--no-verify'];
      const time = timed(() => scaffold(args, { cwd }));
      rmSync(`${cwd}/orders`, { recursive: true });
      return time;
    },
  }),
};
