import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import { available, buildCaller } from './program.js';
import { callTraces } from './scenarios/call-traces.js';
import { calls } from './scenarios/calls.js';
import { Surroundings } from './surroundings.js';

const catalog = readCatalog(process.cwd());
const speaking = available.filter((id) =>
  catalog.languages.find(({ language }) => language === id)?.transports.calls.includes('grpc'),
);

/** What every generated service does alike that calls an upstream by gRPC: as its callers and the upstream see it. */
describe.each(speaking)('%s', (language) => {
  const root = mkdtempSync(join(tmpdir(), `conformance-calls-${language}-`));
  const around = new Surroundings();

  beforeAll(async () => {
    around.command = buildCaller(language, catalog, root);
    await around.open();
  });

  afterAll(() => {
    around.close();
    rmSync(root, { recursive: true, force: true });
  });

  calls(around);
  callTraces(around);
});
