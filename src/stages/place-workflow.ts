import { isMap, isScalar, isSeq, parseDocument, type Document, type YAMLMap } from 'yaml';

import { inputError } from '../model/errors.js';
import type { TemplateManifest } from '../model/manifest.js';

type Inputs = TemplateManifest['workflowInputs'];

/** Where a host reads the workflow of a service that lies in a folder of a repository. */
export type PlacedWorkflow = {
  /** From the top of the repository. */
  readonly path: string;
  readonly text: string;
};

/** Where the templates write a workflow, from the folder of the service. */
export const workflowFolder = '.github/workflows/';

/**
 * A service's workflow for the top of a repository in whose folder the service lies: it starts for changes below
 * that folder, its commands run there, and the paths that actions read begin with it.
 *
 * @param place.folder from the top of the repository; empty when it is the top
 * @throws ToolError `invalid-workflow` (exit 2) when the text is no workflow
 */
export function placeWorkflow(
  text: string,
  {
    name,
    folder,
    inputs,
  }: { readonly name: string; readonly folder: string; readonly inputs: Inputs },
): PlacedWorkflow {
  const path = `${workflowFolder}${name}.yml`;
  const document = parseDocument(text);
  if (document.errors.length > 0 || !isMap(document.contents) || !isMap(document.get('jobs'))) {
    throw inputError(
      'invalid-workflow',
      `the service's workflow cannot be read: ${document.errors[0]?.message ?? 'it has no jobs'}.`,
      'Mend it, or delete it: npx meshwright update then writes the template’s.',
    );
  }
  document.set('name', name);
  if (folder !== '') {
    setPaths(document, folder, path);
    setDirectory(document, folder);
    for (const step of stepsOf(document)) placeStep(step, folder, inputs);
  }
  const placed = document
    .toString({ lineWidth: 0, flowCollectionPadding: false })
    .replaceAll('gh workflow run ci.', `gh workflow run ${name}.yml.`);
  return { path, text: placed };
}

/** Only what lies in the service's folder, and the workflow itself, starts it. */
function setPaths(document: Document, folder: string, path: string): void {
  for (const event of ['push', 'pull_request']) {
    if (!document.hasIn(['on', event])) continue;
    const found = document.getIn(['on', event]);
    const given = isMap(found) ? (found.toJSON() as { readonly paths?: unknown }).paths : undefined;
    const below = Array.isArray(given)
      ? given.map((one) => String(one).replace(/^!?/, (not) => `${not}${folder}/`))
      : [`${folder}/**`];
    const paths = document.createNode([...below, path]);
    if (isMap(found)) found.set('paths', paths);
    else document.setIn(['on', event], document.createNode({ paths }));
  }
}

/** Commands run in the service's folder, where those of a job do not run elsewhere. */
function setDirectory(document: Document, folder: string): void {
  const key = ['defaults', 'run', 'working-directory'];
  const jobs = document.get('jobs');
  const names = isMap(jobs) ? jobs.items.map((pair) => String(pair.key)) : [];
  for (const at of [key, ...names.map((name) => ['jobs', name, ...key])]) {
    const own = document.getIn(at);
    if (typeof own === 'string') document.setIn(at, `${folder}/${own}`);
  }
  if (document.hasIn(key) || !isMap(document.contents)) return;
  if (document.has('defaults')) {
    document.setIn(key, folder);
    return;
  }
  const pair = document.createPair('defaults', { run: { 'working-directory': folder } });
  if (isScalar(pair.key)) pair.key.spaceBefore = true;
  const { items } = document.contents;
  items.splice(
    items.findIndex(({ key: name }) => String(name) === 'jobs'),
    0,
    pair as (typeof items)[number],
  );
}

function stepsOf(document: Document): YAMLMap[] {
  const jobs = document.get('jobs');
  if (!isMap(jobs)) return [];
  return jobs.items.flatMap(({ value }) => {
    const steps = isMap(value) ? value.get('steps') : undefined;
    return isSeq(steps) ? steps.items.filter(isMap) : [];
  });
}

function placeStep(step: YAMLMap, folder: string, inputs: Inputs): void {
  const directory = step.get('working-directory');
  if (typeof directory === 'string') step.set('working-directory', `${folder}/${directory}`);
  const uses = step.get('uses');
  if (typeof uses !== 'string') return;
  for (const { action, having, set } of inputs) {
    const given = step.get('with');
    if (!uses.startsWith(`${action}@`) || !isMap(given)) continue;
    if (having !== undefined && !given.has(having)) continue;
    for (const [key, value] of Object.entries(set)) {
      given.set(key, value.replace('{folder}', folder));
    }
  }
}
