import type { FastifyInstance } from 'fastify';

import { sendProblem } from './problem.ts';

/** Says what is missing for the service to be ready, or nothing. */
export type Need = () => string | undefined;

declare module 'fastify' {
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- only an interface merges
  interface FastifyInstance {
    /** Makes the service ready only while `need` says nothing. */
    readyWhen: (need: Need) => void;
    /** Makes readiness fail, and every answer end its connection: callers open the next one elsewhere. */
    drain: () => void;
  }
}

/** Tells whether the service is alive, and ready for further requests: it is not when it drains or closes. */
export function addProbes(app: FastifyInstance): void {
  const needs: Need[] = [];
  app.decorate('readyWhen', (need: Need) => {
    needs.push(need);
  });
  let isDraining = false;
  app.decorate('drain', () => {
    isDraining = true;
  });
  app.addHook('preClose', (done) => {
    app.drain(); // a connection kept alive would hold the end up
    done();
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (isDraining) reply.header('connection', 'close');
    done(null, payload);
  });
  app.get('/healthz', () => 'ok\n');
  app.get('/readyz', (_request, reply) => {
    const missing = isDraining
      ? 'the service is shutting down'
      : needs.map((need) => need()).find((reason) => reason !== undefined);
    return missing === undefined ? 'ok\n' : sendProblem(reply, 503, missing);
  });
}
