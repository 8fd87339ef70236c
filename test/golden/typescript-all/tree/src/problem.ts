import { STATUS_CODES } from 'node:http';

import type { FastifyReply } from 'fastify';

/** Answers with problem details (RFC 9457). Headers such as `retry-after` are set before. */
export function sendProblem(reply: FastifyReply, status: number, detail?: string): FastifyReply {
  const problem = { title: STATUS_CODES[status], status, detail };
  return reply.code(status).type('application/problem+json').send(problem);
}
