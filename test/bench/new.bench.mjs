import { nothing, scaffold, timed } from './measure.mjs';

/** @type {import('./measure.mjs').Bench} */
export const bench = {
  what: 'new service --all --yes --no-verify, to node -e 0',
  limit: 4,
  prepare: (cwd) => {
    let turn = 0;
    return {
      reference: nothing,
      subject: () => {
        // In folders of their own, which stay: run.mjs says why.
        turn += 1;
        const args = ['new', 'service', 'orders', '--all', '--yes', '--no-verify'];
        return timed(() => scaffold([...args, '--dir', `orders-${turn}`], { cwd }));
      },
    };
  },
};
