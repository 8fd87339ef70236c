import { relative } from 'node:path';

import { requestPath } from '../stages/compose-request.js';
import { composeTree } from '../stages/compose-service.js';
import { placeWorkflow, workflowFolder, type PlacedWorkflow } from '../stages/place-workflow.js';
import type { Host } from '../io/host.js';
import { findWhereabouts } from '../io/whereabouts.js';
import { readWorkingTree } from '../io/working-tree.js';
import type { Catalog } from '../model/catalog.js';
import { exitCodes, inputError } from '../model/errors.js';
import type { Request } from '../model/request.js';
import type { Tree } from '../model/tree.js';
import type { Outcome } from './outcome.js';
import { readFolder } from './read-folder.js';

/** The service's folder from the top of its repository, empty when it is the top. */
export function folderInRepository(root: string): string {
  return relative(findWhereabouts(root).top, root).replaceAll('\\', '/');
}

/** The workflow of a service, for the top of the repository; undefined where the templates write none. */
export function workflowAtTop(
  tree: Tree,
  { name, language }: Pick<Request['service'], 'name' | 'language'>,
  { folder, own, catalog }: { folder: string; own?: string | undefined; catalog: Catalog },
): PlacedWorkflow | undefined {
  const source = findSource(tree);
  const text = own ?? (source === undefined ? undefined : tree.get(source)?.text);
  const template = catalog.languages.find((candidate) => candidate.language === language);
  if (text === undefined || template === undefined) return undefined;
  return placeWorkflow(text, { name, folder, inputs: template.workflowInputs });
}

function findSource(tree: Tree): string | undefined {
  return [...tree.keys()].find((path) => path.startsWith(workflowFolder));
}

/**
 * `workflow`: prints the workflow of the service in the current folder as the top of its repository needs it. Writes
 * nothing.
 *
 * @throws ToolError exit 2: no scaffold.yaml, or a service that has no workflow of ours
 */
export async function workflow(host: Host): Promise<Outcome> {
  const catalog = host.loadCatalog();
  const { files } = await readFolder('.', {}, host);
  const declaration = files.get(requestPath);
  if (declaration === undefined) {
    throw inputError('no-request', 'there is no scaffold.yaml here.', 'Run it in a service.');
  }
  const { tree, resolution } = composeTree(declaration, catalog);
  const source = findSource(tree);
  const disk = source === undefined ? undefined : readWorkingTree(host.cwd, [source]).get(source);
  const own = disk?.kind === 'file' ? disk.side.text : undefined;
  const folder = folderInRepository(host.cwd);
  const placed = workflowAtTop(tree, resolution.request.service, { folder, own, catalog });
  if (placed === undefined) {
    throw inputError(
      'no-workflow',
      'the templates write no workflow for this service: its code was made by hand.',
      'Keep the one that it has.',
    );
  }
  const { path, text } = placed;
  return {
    exitCode: exitCodes.clean,
    document: { workflow: { path, workingDirectory: folder, text } },
    text: () => text,
  };
}
