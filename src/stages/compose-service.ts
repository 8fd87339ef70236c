import type { Catalog } from '../model/catalog.js';
import type { DriftAcceptance } from '../model/drift.js';
import type { RequestDocument, Resolution } from '../model/request.js';
import type { Tree, TreeFile } from '../model/tree.js';
import { composeRequest, requestPath, type Choices } from './compose-request.js';
import { parseDeclaration } from './parse-request.js';
import { renderService } from './render-service.js';
import { resolve } from './resolve.js';

/** A service in memory: what was declared, what that means, and every file of it. */
export type ComposedService = {
  readonly resolution: Resolution;
  /** Differences that scaffold.yaml accepts. */
  readonly acceptedDrift: readonly DriftAcceptance[];
  /** scaffold.yaml as data. */
  readonly document: RequestDocument;
  /** Sorted by path; scaffold.yaml is among them. */
  readonly tree: Tree;
};

/**
 * Goes from choices to files by way of scaffold.yaml's text, so that what is written is what was read.
 *
 * @throws ToolError exit 2, as `composeTree`
 */
export function composeService(choices: Choices, catalog: Catalog): ComposedService {
  return composeTree(composeRequest(choices, catalog), catalog);
}

/**
 * The whole tree that a scaffold.yaml asks for.
 *
 * @throws ToolError exit 2, as `parseRequest`, `resolve` and `plan`
 */
export function composeTree(text: string, catalog: Catalog): ComposedService {
  const { raw, document } = parseDeclaration(text, requestPath, catalog);
  const resolution = resolve(raw, catalog);
  const declaration: TreeFile = {
    text,
    mode: '644',
    ownership: 'seeded',
    capabilities: [],
    was: [],
  };
  const files: [string, TreeFile][] = [
    ...renderService(raw, resolution, catalog),
    [requestPath, declaration],
  ];
  return {
    resolution,
    acceptedDrift: raw.acceptedDrift ?? [],
    document,
    tree: new Map(files.sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}
