import type { Catalog } from '../model/catalog.js';
import type { RawRequest, Resolution } from '../model/request.js';
import type { Tree, TreeFile } from '../model/tree.js';
import { overlay, type DeployFile } from './overlay.js';
import { moveTree } from './move-tree.js';
import { plan } from './plan.js';
import { render } from './render.js';
import { resolve } from './resolve.js';

/** Folders whose manifests an overlay stands on. */
const DEPLOY = /^deploy\/(?:base|mesh)\//;

/**
 * Every file of a service: those of its request, and a kustomize overlay for each environment.
 *
 * @param resolution the resolved request, without an environment
 * @throws ToolError exit 2, as `resolve` and `plan`
 */
export function renderService(raw: RawRequest, resolution: Resolution, catalog: Catalog): Tree {
  const tree = moveOurs(render(plan(resolution, catalog), catalog), resolution, catalog);
  const base = deployFiles(tree);
  if (base.length === 0) return tree;
  const capabilities = [...new Set(base.flatMap((file) => file.capabilities))].sort();
  const overlays = resolution.request.environments.flatMap((environment) => {
    const own = render(plan(resolve(raw, catalog, { environment }), catalog), catalog);
    return [...overlay(base, deployFiles(own), catalog.kinds)].map(
      ([name, text]): [string, TreeFile] => [
        `deploy/overlays/${environment}/${name}`,
        { text, mode: '644', ownership: 'managed', capabilities, was: [] },
      ],
    );
  });
  return new Map([...tree, ...overlays].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** In a service made by hand our code lies apart from its own. */
function moveOurs(tree: Tree, { request }: Resolution, { languages }: Catalog): Tree {
  const { adopted, language, module } = request.service;
  const adopt = languages.find((template) => template.language === language)?.adopt;
  if (!adopted || adopt === undefined) return tree;
  return moveTree(tree, { adopt, module, moved: new Set(tree.keys()) });
}

function deployFiles(tree: Tree): (DeployFile & TreeFile)[] {
  return [...tree].flatMap(([path, file]) => (DEPLOY.test(path) ? [{ path, ...file }] : []));
}
