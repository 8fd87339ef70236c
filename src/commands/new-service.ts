import { relative, resolve as resolvePath } from 'node:path';

import type { Change } from '../io/change.js';
import type { Host } from '../io/host.js';
import { nameTool } from '../model/started-as.js';
import { recordChanges } from '../io/lock-file.js';
import { openGit, openNewGit } from '../io/git.js';
import { findIgnored } from '../io/ignored.js';
import { createProject, requireVacant } from '../io/new-project.js';
import { findWhereabouts } from '../io/whereabouts.js';
import { createRepository, needsRepository } from '../io/repository.js';
import type { Catalog } from '../model/catalog.js';
import { exitCodes } from '../model/errors.js';
import { formatCreated } from '../report/created-text.js';
import { joinProofs } from '../report/composed.js';
import { toDocument, type CreatedService } from '../report/created-service.js';
import { formatStep } from '../report/progress.js';
import { createStyle } from '../report/style.js';
import { composeLock } from '../stages/compose-lock.js';
import { schemaPath } from '../stages/compose-request.js';
import { composeService, type ComposedService } from '../stages/compose-service.js';
import { recordKept } from '../stages/keep-theirs.js';
import { requestJsonSchema } from '../stages/request-json-schema.js';
import { findLanguage } from '../verify/find-language.js';
import { checkComposition, findKnown } from './check-composition.js';
import { settleBeside, type BesideTheirs } from './new-beside.js';
import { chooseByFlags, type ChosenService } from './new-choices.js';
import { describeCreated } from './new-created.js';
import type { NewServiceOptions } from './new-options.js';
import { foreseeSteps } from './next-steps.js';
import type { Outcome } from './outcome.js';
import { readChangedFolder } from './read-folder.js';
import { requireValidManifests } from './require-valid-manifests.js';
import { exitCodeOf } from './verification-exit-code.js';

/**
 * Makes a service: choose, compose, write all of it or nothing, verify.
 *
 * @throws ToolError exit 2 for bad input or a target that is taken, 4 for missing input, 6 when the
 *   machine refuses, 130 on Ctrl-C; in each case nothing was written
 */
export async function newService(options: NewServiceOptions, host: Host): Promise<Outcome> {
  const catalog = host.loadCatalog();
  const chosen = await choose(options, catalog, host);
  const root = resolvePath(host.cwd, options.dir ?? chosen.name);
  requireVacant(root);
  const beside = settleBeside(root, composeService(chosen, catalog));
  const { service, kept } = beside;
  const changes = [...changesOf(service), ...beside.changes];
  const record = recordOf(root, beside, catalog);
  await requireValidManifests(service.tree);
  const { before, after } = await readChangedFolder(root, changes, host);
  const known = async () => await findKnown(await before(), catalog);
  const composed = await checkComposition(after, { known, catalog, host });
  const subfolder = await findSubfolder(root, host);
  const nextSteps = await foreseeSteps(
    root,
    service.resolution.request.service.language,
    new Set(service.tree.keys()),
  );
  const facts = {
    nextSteps,
    options,
    chosen,
    service,
    kept,
    subfolder,
    added: beside.changes.map(({ path }) => path),
    record,
    root,
    catalog,
    composed,
    cwd: host.cwd,
    tool: host.tool,
  };
  const described = describeCreated({ ...facts, verification: undefined });
  const written = [...service.tree.keys(), ...record.map(({ path }) => path)];
  if (options.dryRun)
    return report({ ...described, ignored: await findIgnored(openGit(root, host), written) }, host);

  const began = host.now();
  const isOwn = await write(root, { changes, record, host });
  const git = (isOwn ? openNewGit : openGit)(root, host);
  const created = { ...described, ignored: await findIgnored(git, written) };
  if (!options.verify) return report(created, host);
  tellWritten(created, host.now() - began, host);
  const { verifyWithProgress } = await import('./verify-with-progress.js');
  const verification = await verifyWithProgress({ root, race: false }, host);
  return report({ ...created, verification }, host);
}

/** Where the service lies in a repository that is larger than it, from its top; undefined in one of its own. */
async function findSubfolder(root: string, host: Host): Promise<string | undefined> {
  const { top } = findWhereabouts(root);
  if (top === root || (await needsRepository(root, host))) return undefined;
  return relative(top, root).replaceAll('\\', '/');
}

async function choose(
  options: NewServiceOptions,
  catalog: Catalog,
  host: Host,
): Promise<ChosenService> {
  const isAsking = host.isInteractive && !options.yes && options.json !== true;
  if (isAsking) {
    const { askForService } = await import('./new-wizard.js');
    return await askForService(options, catalog, host);
  }
  if (options.language !== undefined) {
    return chooseByFlags({ ...options, language: options.language }, catalog);
  }
  const { language, because } = await findLanguage(catalog, host.env);
  if (because !== '') host.stderr.write(`${because}\n`);
  return chooseByFlags({ ...options, language }, catalog);
}

/** The tool's own files: the schema that editors read, bases, and the lock, last. */
function recordOf(
  root: string,
  { service, users }: BesideTheirs,
  catalog: Catalog,
): readonly Change[] {
  const lock = recordKept(composeLock(catalog.version, service.document, service.tree), users);
  const schema: Change = {
    kind: 'write',
    path: schemaPath,
    content: requestJsonSchema(catalog),
    mode: '644',
    before: 'absent',
  };
  return [schema, ...recordChanges(root, lock, service.tree)];
}

/** @returns whether a repository was made for it */
async function write(
  root: string,
  { changes, record, host }: { changes: readonly Change[]; record: readonly Change[]; host: Host },
): Promise<boolean> {
  const isOwn = await needsRepository(root, host);
  await createProject({
    root,
    command: 'scaffold new service',
    changes,
    record,
    signal: host.signal,
    repository: isOwn ? async (folder) => await createRepository(folder, host) : undefined,
  });
  return isOwn;
}

function changesOf({ tree }: ComposedService): readonly Change[] {
  return [...tree].map(([path, { text, mode }]) => ({
    kind: 'write',
    path,
    content: text,
    mode,
    before: 'absent',
  }));
}

/** The first line of the steps that follow. */
function tellWritten(
  { tree, directory, composed }: CreatedService,
  durationMs: number,
  { stderr }: Host,
): void {
  const detail = `${tree.size} written to ${directory}`;
  const step = {
    name: 'files',
    status: 'passed',
    durationMs,
    detail,
    output: '',
    repeat: '',
  } as const;
  for (const line of [step, composed.step]) {
    stderr.write(`${formatStep(line, createStyle(stderr), stderr.columns())}\n`);
  }
}

function report(created: CreatedService, { tool }: Host): Outcome {
  const { composed, verification, isDryRun } = created;
  return {
    exitCode: isDryRun ? exitCodes.clean : exitCodeOf(joinProofs(composed, verification)),
    document: toDocument(created),
    text: (page) => nameTool(formatCreated(created, page), tool),
  };
}
