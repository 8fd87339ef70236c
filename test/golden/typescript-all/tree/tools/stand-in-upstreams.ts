import { fastify } from 'fastify';

/** Answers for every upstream, and gives the variables that lead the service there. */
export async function standInUpstreams(): Promise<Record<string, string>> {
  const app = fastify();
  app.get<{ Params: { id: string } }>('/v1/items/:id', ({ params: { id } }) => {
    return { id, name: `stand-in ${id}` };
  });
  const url = await app.listen();
  return {
    UPSTREAM_INVENTORY_URL: url,
  };
}
