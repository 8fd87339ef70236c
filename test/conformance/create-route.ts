import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

type Addition = {
  readonly path: string;
  readonly text: string;
  readonly wired: string;
  readonly wire: (text: string) => string;
};

/**
 * By language, POST /v1/create, which calls CreateItem of inventory with its body as the name: the generated routes
 * only read. It goes through the layers that the project has put around its calls.
 */
const createRoutes: Readonly<Record<string, Addition>> = {
  go: {
    path: 'internal/upstream/create.go',
    text: `package upstream

import (
	"io"
	"net/http"

	itemsv1 "example.com/orders/internal/gen/items/v1"
)

func (c *InventoryClient) Create(w http.ResponseWriter, r *http.Request) {
	name, _ := io.ReadAll(r.Body)
	if _, err := c.items.CreateItem(r.Context(), &itemsv1.CreateItemRequest{Name: string(name)}); err != nil {
		w.WriteHeader(http.StatusBadGateway)
	}
}
`,
    wired: 'cmd/orders/upstreams.go',
    wire: (text) =>
      text
        .replace(
          /\ta\.api\.Handle\(.*httpapi\.UpstreamItem\((\w+)\)\)\n/,
          '$&\ta.api.Handle("POST /v1/create", http.HandlerFunc($1.Create))\n',
        )
        .replace('import (', 'import (\n\t"net/http"'),
  },
};

/** Adds the route to the project in a folder. */
export function addCreateRoute(language: string, folder: string): void {
  const addition = createRoutes[language];
  if (addition === undefined) throw new Error(`${language} needs an entry in create-route.ts`);
  const { path, text, wired, wire } = addition;
  const before = readFileSync(join(folder, wired), 'utf8');
  const after = wire(before);
  if (!after.includes('/v1/create')) throw new Error(`nothing in ${wired} wires ${path}`);
  writeFileSync(join(folder, path), text);
  writeFileSync(join(folder, wired), after);
}
