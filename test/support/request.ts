import type { Catalog } from '../../src/model/catalog.js';
import type { ToolError } from '../../src/model/errors.js';
import type { Resolution } from '../../src/model/request.js';
import type { Tree } from '../../src/model/tree.js';
import { parseRequest } from '../../src/stages/parse-request.js';
import { plan } from '../../src/stages/plan.js';
import { render } from '../../src/stages/render.js';
import { resolve } from '../../src/stages/resolve.js';

/** Resolves a scaffold.yaml given as text. */
export function resolveText(text: string, catalog: Catalog, environment?: string): Resolution {
  const raw = parseRequest(text, 'scaffold.yaml', catalog);
  return resolve(raw, catalog, environment === undefined ? {} : { environment });
}

/** Renders a scaffold.yaml given as text. */
export function renderText(text: string, catalog: Catalog, environment?: string): Tree {
  return render(plan(resolveText(text, catalog, environment), catalog), catalog);
}

/** The error that an action stops with; a test fails when it does not stop. */
export function problemOf(action: () => unknown): ToolError {
  try {
    action();
  } catch (error) {
    return error as ToolError;
  }
  throw new Error('expected a ToolError, and nothing was thrown');
}
