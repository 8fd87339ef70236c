import { join } from 'node:path';

import { cli, run } from './measure.mjs';

const watch = `process.on('exit',()=>process.stdout.write('\\nmaxRSS '+process.resourceUsage().maxRSS))`;
let made = 0;

/** @type {import('./measure.mjs').Bench} */
export const bench = {
  what: 'peak resident memory of new service, as the system counts it, to 150 MB',
  limit: 1,
  turns: 5,
  unit: 'MB',
  prepare: (folder) => ({
    reference: () => 150,
    subject: () => {
      const dir = join(folder, `service-${(made += 1)}`);
      const args = ['new', 'service', 'orders', '--all', '--yes', '--no-verify', '--dir', dir];
      const out = run(process.execPath, [
        '--import',
        `data:text/javascript,${watch}`,
        cli,
        ...args,
      ]);
      return Number(/maxRSS (\d+)/.exec(out)?.[1] ?? Number.NaN) / 1_024;
    },
  }),
};
