import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import { problemOf, renderText } from '../support/request.js';

/**
 * One bad scaffold.yaml a case, and beside it what a user is told. `UPDATE=1` writes the messages anew: read
 * them as a user would.
 */
const folder = join(process.cwd(), 'test/fixtures/requests');
const catalog = readCatalog(process.cwd());
/** Written as one word: a capability more changes no message here. */
const known = catalog.capabilities.map(({ id }) => id).sort();

test.each(readdirSync(folder).filter((name) => name.endsWith('.yaml')))('%s', async (name) => {
  const text = readFileSync(join(folder, name), 'utf8');
  const { exitCode, message, hint } = problemOf(() => renderText(text, catalog));
  expect(exitCode).toBe(2);
  const told = `${message}\n${hint}\n`.replace(known.join(', '), 'CAPABILITIES');
  await expect(told).toMatchFileSnapshot(join(folder, name.replace('.yaml', '.txt')));
});
