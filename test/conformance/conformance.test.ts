import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import { available, buildProgram } from './program.js';
import { basics } from './scenarios/basics.js';
import { connections } from './scenarios/connections.js';
import { configuration } from './scenarios/configuration.js';
import { logFields } from './scenarios/log-fields.js';
import { shutdown } from './scenarios/shutdown.js';
import { telemetry } from './scenarios/telemetry.js';
import { tokens } from './scenarios/tokens.js';
import { upstreams } from './scenarios/upstreams.js';
import { Surroundings } from './surroundings.js';

/** What every generated service does alike, whatever its language: seen from outside, as its callers see it. */
describe.each(available)('%s', (language) => {
  const root = mkdtempSync(join(tmpdir(), `conformance-${language}-`));
  const around = new Surroundings();

  beforeAll(async () => {
    around.command = buildProgram(language, readCatalog(process.cwd()), root);
    await around.open();
  });

  afterAll(() => {
    around.close();
    rmSync(root, { recursive: true, force: true });
  });

  basics(around);
  configuration(around);
  upstreams(around);
  connections(around);
  tokens(around);
  telemetry(around);
  shutdown(around);
  logFields(around);
});
