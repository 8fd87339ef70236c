import { fastify, type FastifyInstance } from 'fastify';

import { loadConfig } from '../../src/config.ts';
import { addDeadline } from '../../src/deadline.ts';
import type { Send } from '../../src/upstream/call.ts';
import { addUpstreams } from '../../src/upstreams.ts';
import { captureLog } from './log.ts';

/** The routes that call upstreams, without what else the service has. Variables leave out `UPSTREAM_`. */
export function buildUpstreamRoutes(send: Send, variables: Record<string, string>) {
  const config = loadConfig(
    Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [`UPSTREAM_${name}`, value]),
    ),
  );
  const { log, lines } = captureLog();
  const app: FastifyInstance = fastify({ loggerInstance: log });
  addDeadline(app, config.timeout);
  addUpstreams(app, config, send);
  return { app, lines };
}
