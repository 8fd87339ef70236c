import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { sendProblem } from '../problem.ts';
import type { JsonClient } from './json-client.ts';

const item = z.object({ id: z.string().min(1), name: z.string().min(1) });

/** Adds the sample route: an item of the upstream. */
export function addItemRoute(api: FastifyInstance, upstream: string, client: JsonClient): void {
  api.get<{ Params: { id: string } }>(
    `/v1/upstreams/${upstream}/items/:id`,
    ({ params, deadline }, reply) => {
      if (params.id === '.' || params.id === '..') {
        // No escape keeps these from leading to another path of the upstream.
        return sendProblem(reply, 404, 'the upstream has no such item');
      }
      return client.get(`/v1/items/${encodeURIComponent(params.id)}`, item, deadline);
    },
  );
}
