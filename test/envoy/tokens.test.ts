import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Issuer } from '../conformance/stubs/issuer.js';
import { rows } from '../conformance/tokens/rows.js';
import { showToken } from '../conformance/tokens/show-token.js';
import { needing } from '../mesh/support/tools.js';
import { TokenFilter } from './token-filter.js';

const tools = needing('envoy');

/** The column of the table of tokens that says what Envoy does. */
describe.skipIf(tools.skip)(
  `a real Envoy does with tokens what the table says${tools.note}`,
  () => {
    const issuer = new Issuer();
    let filter: TokenFilter;

    beforeAll(async () => {
      const { name, audience, keySet } = issuer;
      filter = await TokenFilter.start({ issuer: name, audiences: [audience], keySet });
    });

    afterAll(() => {
      filter.stop();
    });

    test.each(rows)('$envoy: $title', async ({ show, envoy }) => {
      const { status } = await showToken(filter.port, '/', show(issuer));

      expect(status === 200 ? 'passes' : 'refuses').toBe(envoy);
    });
  },
);
