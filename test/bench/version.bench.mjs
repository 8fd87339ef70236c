import { nothing, scaffold, timed } from './measure.mjs';

/** @type {import('./measure.mjs').Bench} */
export const bench = {
  what: '--version, to node -e 0',
  limit: 1.5,
  prepare: () => ({ reference: nothing, subject: () => timed(() => scaffold(['--version'])) }),
};
