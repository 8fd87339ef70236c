import { expect, it } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import { unsaidBy } from '../../src/stages/unsaid.js';
import { resolveText } from '../support/request.js';

const catalog = readCatalog(process.cwd());

/** What Linkerd cannot express for a service with one upstream, by control. */
function unsaidFor(service: string, scheme: string): ReadonlyMap<string, string> {
  const text = [
    `service: { name: orders, language: go${service} }`,
    'capabilities: { jwt: { anonymousPaths: [/items.v1.ItemsService/GetItem] }, mesh-ready: { provider: linkerd, callers: [{ namespace: web, serviceAccount: shop }] } }',
    `upstreams: [{ name: inventory, url: "${scheme}://inventory.stock.svc.cluster.local:9090" }]`,
  ].join('\n');
  const { request } = resolveText(text, catalog);
  return new Map(unsaidBy(request, catalog).map(({ control, instead }) => [control, instead]));
}

it('speaks of methods where calls have them, and of HTTP elsewhere', () => {
  const calls = unsaidFor(
    ', transport: grpc, methods: [{ name: /items.v1.ItemsService/GetItem }]',
    'grpc',
  );
  expect(calls.get('the methods that callers may use')).toContain('limits nobody');
  expect(calls.get('a budget of retries')).toBe(
    'Methods that are declared idempotent are repeated once at most.',
  );
  expect(calls.get('the users of requests')).toContain(
    'every workload of the mesh /items.v1.ItemsService/GetItem',
  );
  const requests = unsaidFor('', 'http');
  expect(requests.get('the methods that callers may use')).toBeUndefined();
  expect(requests.get('a budget of retries')).toContain('GET, HEAD and OPTIONS are repeated');
  expect(requests.get('the users of requests')).toContain('the mesh GET /items.v1');
});
