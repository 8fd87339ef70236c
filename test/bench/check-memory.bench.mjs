import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { makeManifests } from './check-many.bench.mjs';
import { cli, run } from './measure.mjs';

const watch = `process.on('exit',()=>process.stdout.write('\\nmaxRSS '+process.resourceUsage().maxRSS))`;
const COUNT = 6_000;
const MEGABYTE = 1_000_000;

/** @type {import('./measure.mjs').Bench} */
export const bench = {
  what: `peak resident memory that check needs more for ${COUNT} manifests than for 4, to their text`,
  limit: 60,
  turns: 3,
  unit: 'MB',
  prepare: (folder) => {
    mkdirSync(folder, { recursive: true });
    const few = makeManifests(join(folder, 'few'), 4);
    const many = makeManifests(join(folder, 'many'), COUNT);
    const sizes = readdirSync(many).map((name) => statSync(join(many, name)).size);
    const text = sizes.reduce((sum, size) => sum + size, 0) / MEGABYTE;
    return { reference: () => text, subject: () => peakOf(many) - peakOf(few) };
  },
};

/** @param {string} folder @returns MB */
function peakOf(folder) {
  const args = ['--import', `data:text/javascript,${watch}`, cli, 'check', folder];
  const out = run(process.execPath, args, { good: [0, 1] });
  return (Number(/maxRSS (\d+)/.exec(out)?.[1] ?? Number.NaN) * 1_024) / MEGABYTE;
}
