import { fastify } from 'fastify';
import { describe, expect, test } from 'vitest';

import { loadConfig } from '../../src/config.ts';
import { addDeadline } from '../../src/deadline.ts';
import { createTransport } from '../../src/upstream/transport.ts';
import { addUpstreams } from '../../src/upstreams.ts';
import { standInUpstreams } from '../../tools/stand-in-upstreams.ts';

// prettier-ignore
const upstreams = [
  'inventory',
];

describe('upstreams have items', () => {
  test.each(upstreams)('%s', async (upstream) => {
    const config = loadConfig(await standInUpstreams());
    const app = fastify();
    addDeadline(app, config.timeout);
    addUpstreams(app, config, createTransport());
    const response = await app.inject(`/v1/upstreams/${upstream}/items/a%20b`);
    expect(response.json()).toEqual({ id: 'a b', name: 'stand-in a b' });
  });
});
