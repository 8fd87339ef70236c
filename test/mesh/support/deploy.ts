import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { parseAllDocuments } from 'yaml';

import { readCatalog } from '../../../src/io/catalog.js';
import type { ManifestFile } from '../../../src/manifests/manifest-file.js';
import type { DeployFile } from '../../../src/stages/overlay.js';
import { parseRequest } from '../../../src/stages/parse-request.js';
import { renderService } from '../../../src/stages/render-service.js';
import { resolve } from '../../../src/stages/resolve.js';

export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The package's own capabilities and templates. */
export const catalog = readCatalog(root);

/** A manifest as data. */
export type Manifest = Readonly<Record<string, unknown>>;

/** The value at a path of keys and indexes, such as `spec.http.0.timeout`; keys with dots stand apart. */
export function at(value: unknown, path: string, ...keys: readonly string[]): unknown {
  return [...path.split('.'), ...keys].reduce<unknown>(
    (inner, key) => (inner as Record<string, unknown> | undefined)?.[key],
    value,
  );
}

/** The manifests of a scaffold.yaml, overlays among them; with an environment, those rendered for it directly. */
export function renderDeploy(text: string, environment?: string): DeployFile[] {
  const raw = parseRequest(text, 'scaffold.yaml', catalog);
  const request = environment === undefined ? raw : { ...raw, environments: {} };
  const resolution = resolve(raw, catalog, environment === undefined ? {} : { environment });
  const bare = { ...resolution, request: { ...resolution.request, environments: [] } };
  const tree = renderService(request, environment === undefined ? resolution : bare, catalog);
  return [...tree].flatMap(([path, file]) =>
    path.startsWith('deploy/') ? [{ path, text: file.text }] : [],
  );
}

/** Every object of the files, by `Kind name`. */
export function objectsOf(files: readonly ManifestFile[]): Map<string, Manifest> {
  const objects = files.flatMap(({ text }) =>
    parseAllDocuments(text).map((document) => document.toJS() as Manifest),
  );
  return new Map(
    objects
      .filter(({ kind }) => kind !== 'Kustomization')
      .map((object) => [
        `${String(object['kind'])} ${String(at(object, 'metadata.name'))}`,
        object,
      ]),
  );
}

/** A scaffold.yaml for the service orders in the namespace shop. */
export function request(
  parts: {
    readonly service?: string;
    readonly capabilities?: readonly string[];
    readonly upstreams?: readonly string[];
    readonly environments?: string;
    readonly mesh?: string;
    readonly name?: string;
  } = {},
): string {
  const { capabilities = ['circuit-breaker', 'retry', 'observability', 'jwt'] } = parts;
  return [
    `service: { name: ${parts.name ?? 'orders'}, language: go${parts.service ?? ''} }`,
    'capabilities:',
    ...capabilities.map((id) => (id.includes(':') ? `  ${id}` : `  ${id}: {}`)),
    `  mesh-ready: { namespace: shop${parts.mesh ?? ''} }`,
    `upstreams: [${(parts.upstreams ?? [inventory]).join(', ')}]`,
    `environments: { ${parts.environments ?? ''} }`,
  ].join('\n');
}

export const inventory = '{ name: inventory, url: "http://inventory.shop.svc.cluster.local:8080" }';

/** Path of a program from scripts/install-tools.mjs, or undefined when it is not installed. */
export function findTool(name: string): string | undefined {
  const folder = join(root, 'node_modules/.cache/meshwright/bin');
  // What is more than one file has a folder of its own.
  return [join(folder, name, name), join(folder, name)].find((path) => existsSync(path));
}

/** Writes files to a fresh folder. */
export function writeFiles(files: readonly ManifestFile[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'deploy-'));
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}
