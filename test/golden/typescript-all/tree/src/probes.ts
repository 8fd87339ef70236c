import type { FastifyInstance } from 'fastify';

import { sendProblem } from './problem.ts';

/**
 * Tells whether the service is alive, and ready for further requests. While it shuts down it is not,
 * and every answer ends its connection: one kept alive would hold the shutdown up.
 */
export function addProbes(app: FastifyInstance): void {
  let isDraining = false;
  app.addHook('preClose', (done) => {
    isDraining = true;
    done();
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (isDraining) reply.header('connection', 'close');
    done(null, payload);
  });
  app.get('/healthz', () => 'ok\n');
  app.get('/readyz', (_request, reply) =>
    isDraining ? sendProblem(reply, 503, 'the service is shutting down') : 'ok\n',
  );
}
