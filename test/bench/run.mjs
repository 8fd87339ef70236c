/**
 * Speed as ratios: what is measured and its reference run turn by turn, so that a slow machine slows both.
 * Medians, since a run in between may be disturbed.
 *
 *   npm run bench                  all
 *   npm run bench -- drift check   by name
 *   npm run bench -- --turns 5     fewer turns
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { median } from './measure.mjs';

const ENDING = '.bench.mjs';
const known = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(ENDING))
  .map((file) => file.slice(0, -ENDING.length))
  .sort();
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { turns: { type: 'string' } },
});
const unknown = positionals.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`there is no bench ${unknown.join(', ')}. There are: ${known.join(', ')}`);
  process.exitCode = 2;
} else {
  // Removed when all have run: ext4 makes files many times slower for minutes after others were removed,
  // since it passes over every inode that became free lately (recently_deleted in fs/ext4/ialloc.c).
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    for (const name of positionals.length > 0 ? positionals : known) {
      await runBench(name, join(folder, name));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} name
 * @param {string} folder
 */
async function runBench(name, folder) {
  /** @type {{ bench: import('./measure.mjs').Bench }} */
  const { bench } = await import(`./${name}${ENDING}`);
  mkdirSync(folder);
  const prepared = bench.prepare(folder);
  if (typeof prepared === 'string') {
    console.log(`–  ${name}: ${prepared}`);
    return;
  }
  const turns = Math.min(bench.turns ?? 21, Number(values.turns ?? 21));
  const { subject, reference } = measure(prepared, turns);
  const ratio = subject / reference;
  const isGood = ratio <= bench.limit;
  if (!isGood) process.exitCode = 1;
  const numbers = `${shown(subject)} / ${shown(reference)} ${bench.unit ?? 'ms'}`;
  console.log(
    `${isGood ? '✓' : '✗'}  ${name}: ${ratio.toFixed(2)} (at most ${bench.limit})  ${numbers}  ${bench.what}`,
  );
}

/**
 * @param {import('./measure.mjs').Pair} pair
 * @param {number} turns
 */
function measure({ reference, subject }, turns) {
  reference();
  subject();
  const found = { reference: [], subject: [] };
  for (let turn = 0; turn < turns; turn += 1) {
    found.reference.push(reference());
    found.subject.push(subject());
  }
  return { reference: median(found.reference), subject: median(found.subject) };
}

/** @param {number} value */
function shown(value) {
  return value.toFixed(value < 10 ? 1 : 0);
}
