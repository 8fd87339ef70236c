import type { FastifyInstance } from 'fastify';

import { noteMethods } from './allowed-methods.ts';
import { DeadlineError } from './deadline.ts';
import { sendProblem } from './problem.ts';

/** Answers with problem details when a request is refused or its handler fails. */
export function addFailures(app: FastifyInstance): void {
  const methodsOf = noteMethods(app);
  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?');
    const allowed = methodsOf(path);
    if (allowed.length === 0) return sendProblem(reply, 404, 'there is no such address');
    reply.header('allow', allowed.join(', '));
    return sendProblem(reply, 405, `${request.method} is not possible here`);
  });
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof DeadlineError) return sendProblem(reply, 504, 'the request took too long');
    if (isRefusal(error)) return sendProblem(reply, error.statusCode, error.message);
    const stack = error instanceof Error ? error.stack : undefined;
    request.log.error({ error, stack }, 'handler failed');
    return sendProblem(reply, 500);
  });
}

/** What fastify throws for a request that it does not accept, such as a body that is no JSON. */
function isRefusal(error: unknown): error is Error & { statusCode: number } {
  if (!(error instanceof Error) || !('statusCode' in error)) return false;
  const { statusCode } = error;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500;
}
