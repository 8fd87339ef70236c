import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is added to a generated project: a file, and what wires it into another one. */
type Addition = {
  readonly path: string;
  readonly text: string;
  readonly wired: string;
  readonly wire: (text: string) => string;
};

/**
 * By language, a route that sends any method with its body and its Idempotency-Key on to inventory: the
 * generated routes only read. It goes through the layers that the project has put around its calls.
 */
const forwardRoutes: Readonly<Record<string, Addition>> = {
  go: {
    path: 'internal/upstream/forward.go',
    text: `package upstream

import (
	"bytes"
	"io"
	"net/http"
)

func (c *InventoryClient) Forwarding() http.Handler { return http.HandlerFunc(c.forward) }

func (c *InventoryClient) forward(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	req, _ := http.NewRequestWithContext(r.Context(), r.Method, c.client.url, bytes.NewReader(body))
	if key := r.Header.Get("Idempotency-Key"); key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	resp, err := c.client.http.Do(req)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	_ = resp.Body.Close()
	w.WriteHeader(resp.StatusCode)
}
`,
    wired: 'cmd/orders/upstreams.go',
    wire: (text) =>
      text.replace(
        '\treturn nil\n}',
        '\tinventory := upstream.NewInventory(cfg.Upstreams.Inventory, transport)\n' +
          '\ta.api.Handle("/v1/forward", inventory.Forwarding())\n$&',
      ),
  },
  typescript: {
    path: 'src/upstream/forward.ts',
    text: `import type { FastifyInstance } from 'fastify';

import type { Send } from './call.ts';
import { discard } from './discard.ts';

export function addForward(api: FastifyInstance, url: string, send: Send): void {
  api.all('/v1/forward', async ({ method, headers, body, deadline }, reply) => {
    const key = headers['idempotency-key'];
    const answer = await send({
      method,
      url,
      headers: typeof key === 'string' ? { 'idempotency-key': key } : {},
      ...(body !== undefined && { body: JSON.stringify(body) }),
      deadline: deadline.at,
      signal: deadline.signal,
    }).catch(() => undefined);
    if (answer) await discard(answer);
    return reply.code(answer?.statusCode ?? 502).send();
  });
}
`,
    wired: 'src/upstream/inventory-routes.ts',
    wire: (text) =>
      text
        .replace(/^/, "import { addForward } from './forward.ts';\n")
        .replace('  addItemRoute(', '  addForward(api, settings.url, send);\n$&'),
  },
};

/** Adds the route to the project in a folder. */
export function addForwardRoute(language: string, folder: string): void {
  const { path, text, wired, wire } = forwardRoutes[language]!;
  const before = readFileSync(join(folder, wired), 'utf8');
  const after = wire(before);
  if (after === before) throw new Error(`${wired} is not what it was: nothing wires ${path}`);
  writeFileSync(join(folder, path), text);
  writeFileSync(join(folder, wired), after);
}
