import { randomUUID } from 'node:crypto';

import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { sendProblem } from './problem.ts';

const maxItemBytes = 65_536;

const newItem = z.object({ name: z.string().default('') });

/** The sample resource: keeps items in memory. */
export function addItems(api: FastifyInstance): void {
  const items = new Map<string, { id: string; name: string }>();

  api.get('/v1/items', () => [...items.values()].sort((a, b) => (a.id < b.id ? -1 : 1)));

  api.post('/v1/items', { bodyLimit: maxItemBytes }, (request, reply) => {
    const body = newItem.safeParse(request.body);
    if (!body.success) return sendProblem(reply, 400, 'the body must be a JSON object with a name');
    const { name } = body.data;
    if (name.trim() === '') return sendProblem(reply, 422, 'name must not be empty');
    const item = { id: randomUUID(), name };
    items.set(item.id, item);
    return reply.code(201).header('location', `/v1/items/${item.id}`).send(item);
  });

  api.get<{ Params: { id: string } }>('/v1/items/:id', ({ params }, reply) => {
    return items.get(params.id) ?? sendProblem(reply, 404, 'there is no such item');
  });
}
