import type { FastifyInstance } from 'fastify';
import createRouter, { type HTTPMethod } from 'find-my-way';

/**
 * Notes the routes that are added from now on. Fastify's router answers for one method at a time, so that a
 * second one of the same kind is asked which methods an address takes.
 *
 * @returns what gives the methods of a path, sorted; none when there is no such address
 */
export function noteMethods(app: FastifyInstance): (path: string) => string[] {
  const { caseSensitive = true, routerOptions } = app.initialConfig;
  const router = createRouter({ caseSensitive, ...routerOptions });
  const methods = new Set<HTTPMethod>();
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat() as HTTPMethod[]) {
      methods.add(one);
      // A route may be there several times, for several hosts or versions.
      if (!router.hasRoute(one, url)) router.on(one, url, () => undefined);
    }
  });
  return (path) => {
    const found = [...methods].filter((method) => router.find(method, path) !== null);
    // A plugin for CORS answers OPTIONS everywhere: an address is there when it does more.
    return found.every((method) => method === 'OPTIONS') ? [] : found.sort();
  };
}
