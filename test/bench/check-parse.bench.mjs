import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parseAllDocuments } from 'yaml';

import { cpuOf, makeManifests } from './check-many.bench.mjs';

/** @type {import('./measure.mjs').Bench} */
export const bench = {
  what: 'CPU of check of 3000 manifests, to reading and parsing them',
  limit: 10,
  turns: 3,
  prepare: (folder) => {
    makeManifests(folder, 3_000);
    return { reference: () => parseAll(folder), subject: () => cpuOf(folder) };
  },
};

/** @param {string} folder @returns milliseconds */
function parseAll(folder) {
  const before = process.cpuUsage();
  let count = 0;
  for (const name of readdirSync(folder))
    count += parseAllDocuments(readFileSync(join(folder, name), 'utf8')).length;
  if (count === 0) throw new Error('there is nothing to parse');
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
