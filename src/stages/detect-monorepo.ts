import type { Catalog } from '../model/catalog.js';
import { readYamlValue } from './parse-yaml.js';

type Texts = ReadonlyMap<string, string>;

/** A repository of several services or packages, seen from its top. */
export type Monorepo = {
  /** By what one sees it. */
  readonly because: string;
  /** Folders that look like services; where none does, every folder with a module of its own. */
  readonly folders: readonly string[];
};

/** Files at the top that make a workspace of the folders below. */
const WORKSPACES = [
  'go.work',
  'pnpm-workspace.yaml',
  'lerna.json',
  'nx.json',
  'turbo.json',
  'rush.json',
];
/** Folders whose modules are no services of the repository. */
const ASIDE =
  /(?:^|\/)(?:tests?|testdata|fixtures|examples?|e2e|tools?|docs|node_modules|vendor)\//;
const LISTENS = /\.listen\(|\bListenAndServe|\bnet\.Listen\(|\.Serve\(|\bserve\(\s*\{/;

/**
 * Tells the top of a repository of several services from a service. A module for tools or tests beside a service makes
 * no monorepo of it.
 *
 * @param texts of the repository's files, by path
 */
export function detectMonorepo(texts: Texts, { languages }: Catalog): Monorepo | undefined {
  const markers = languages.flatMap(({ adopt }) => adopt?.marker ?? []);
  const folders = [...texts.keys()].flatMap((path) => {
    const marker = markers.find((name) => path.endsWith(`/${name}`));
    return marker === undefined || ASIDE.test(path) ? [] : [path.slice(0, -marker.length)];
  });
  if (folders.length === 0) return undefined;
  const listening = [...texts].flatMap(([path, text]) =>
    LISTENS.test(text) && !ASIDE.test(path) ? [path] : [],
  );
  const services = folders.filter((folder) => listening.some((path) => path.startsWith(folder)));
  const because = reasonOf(texts, {
    hasMarker: markers.some((name) => texts.has(name)),
    services: services.length,
    hasOwn: listening.some((path) => !folders.some((folder) => path.startsWith(folder))),
  });
  if (because === undefined) return undefined;
  const named = services.length === 0 ? folders : services;
  return { because, folders: named.map((folder) => folder.slice(0, -1)).sort() };
}

function reasonOf(
  texts: Texts,
  { hasMarker, services, hasOwn }: { hasMarker: boolean; services: number; hasOwn: boolean },
): string | undefined {
  const workspace = WORKSPACES.find((name) => texts.has(name));
  if (workspace !== undefined) return workspace;
  if (hasWorkspaces(texts.get('package.json'))) return 'workspaces in package.json';
  if (!hasMarker) return 'modules in folders below, and none here';
  return services > 1 || (services === 1 && !hasOwn) ? 'services in folders below' : undefined;
}

function hasWorkspaces(text: string | undefined): boolean {
  try {
    const data: unknown = readYamlValue(text ?? '');
    return typeof data === 'object' && data !== null && 'workspaces' in data;
  } catch {
    return false;
  }
}
