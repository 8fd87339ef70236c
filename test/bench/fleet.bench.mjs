import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { makeService, scaffold, timed } from './measure.mjs';
import { filesBelow } from './files-below.mjs';

const SERVICES = 1_000;

/** @type {import('./measure.mjs').Bench} */
export const bench = {
  what: `check of ${SERVICES} services in one run, to check of one`,
  limit: 20,
  turns: 5,
  prepare: (folder) => {
    const one = join(folder, 'orders');
    makeService(one, ['--all']);
    const files = filesBelow(one, /^(?:scaffold\.yaml$|deploy\/)/);
    // Paths of three: every third calls a service that nobody here declares.
    const names = Array.from({ length: SERVICES }, (_, index) => `svc-${index}`);
    for (const [index, name] of names.entries()) {
      const called = index % 3 === 2 ? 'inventory' : `svc-${index + 1}`;
      for (const [path, text] of files) {
        const rename = (text) => text.replaceAll('inventory', called).replaceAll('orders', name);
        const target = join(folder, name, rename(path));
        mkdirSync(dirname(target), { recursive: true });
        writeFileSync(target, rename(text));
      }
    }
    const check = (paths) => timed(() => scaffold(['check', ...paths], { cwd: folder }));
    return { reference: () => check(names.slice(0, 1)), subject: () => check(names) };
  },
};
