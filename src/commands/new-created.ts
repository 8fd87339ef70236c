import { relative } from 'node:path';

import type { Change } from '../io/change.js';
import type { Catalog } from '../model/catalog.js';
import type { NextStep } from '../model/next-step.js';
import type { Tree } from '../model/tree.js';
import type { Verification } from '../model/verification.js';
import type { Composed } from '../report/composed.js';
import type { CreatedService } from '../report/created-service.js';
import type { ComposedService } from '../stages/compose-service.js';
import { helpers } from '../stages/quoting.js';
import { unsaidBy } from '../stages/unsaid.js';
import { workflowAtTop } from './workflow.js';
import { nameTool } from '../model/started-as.js';
import type { ChosenService } from './new-choices.js';
import type { NewServiceOptions } from './new-options.js';

type Facts = {
  readonly options: NewServiceOptions;
  readonly chosen: ChosenService;
  readonly service: ComposedService;
  readonly kept: readonly string[];
  readonly subfolder: string | undefined;
  readonly added: readonly string[];
  readonly record: readonly Change[];
  readonly root: string;
  readonly catalog: Catalog;
  readonly cwd: string;
  /** The words that start this tool. */
  readonly tool: string;
  readonly composed: Composed;
  readonly verification: Verification | undefined;
  readonly nextSteps: readonly NextStep[];
};

/** Gathers what the summary of `new service` says. */
export function describeCreated(facts: Facts): CreatedService {
  const { options, chosen, service, record, root, catalog, cwd, tool, composed, verification } =
    facts;
  const { request, added, suggestions, placeholders, idle } = service.resolution;
  const { name, language, module } = request.service;
  const directory = relative(cwd, root) || '.';
  return {
    name,
    language: {
      id: language,
      title:
        catalog.languages.find((template) => template.language === language)?.title ?? language,
    },
    module,
    capabilities: [...request.capabilities.keys()],
    added,
    suggestions,
    upstreams: request.upstreams.map((upstream) => ({ name: upstream.name, url: upstream.url })),
    sample: chosen.hasSample ? request.upstreams[0]?.name : undefined,
    idle,
    placeholders,
    unsaid: unsaidBy(request, catalog),
    directory,
    isDryRun: options.dryRun,
    hasTool: request.tool !== undefined,
    tree: service.tree,
    kept: facts.kept,
    subfolder: facts.subfolder,
    workflow:
      options.printWorkflow === true
        ? workflowAtTop(service.tree, request.service, { folder: facts.subfolder ?? '', catalog })
        : undefined,
    extended: facts.added,
    record: record.map(({ path }) => path),
    ignored: [],
    composed,
    verification,
    next: suggestNext(service.tree, directory, request.upstreams[0]?.name).map(
      ({ command, does }) => ({ command: nameTool(command, tool), does }),
    ),
    nextSteps: facts.nextSteps,
    repeat: chosen.repeat,
  };
}

/** First things to try: what the generated Makefile explains, what happens to a call, the proof. */
function suggestNext(
  tree: Tree,
  directory: string,
  upstream: string | undefined,
): CreatedService['next'] {
  const makefile = tree.get('Makefile')?.text ?? '';
  const targets = [...makefile.matchAll(/^(run|token):.*## (.+)$/gm)].map(
    ([, target = '', does = '']) => ({
      command: `make ${target}`,
      does,
    }),
  );
  return [
    ...(directory === '.' ? [] : [{ command: `cd ${helpers.sh(directory)}`, does: '' }]),
    ...targets,
    ...(upstream === undefined
      ? []
      : [{ command: `npx meshwright explain ${upstream}`, does: 'what happens to one call' }]),
    { command: 'npx meshwright verify', does: 'prove it again' },
  ];
}
