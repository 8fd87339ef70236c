import { basename } from 'node:path';

import type { Change } from '../io/change.js';
import { openGit } from '../io/git.js';
import { findHiddenFiles, type HiddenFiles } from '../io/hidden-files.js';
import { withHiddenFiles } from '../io/hidden-working-tree.js';
import type { Host } from '../io/host.js';
import { findIgnored, type IgnoredFile } from '../io/ignored.js';
import { recordChanges } from '../io/lock-file.js';
import { surveyTexts } from '../io/survey.js';
import { repairProject, writeProject } from '../io/transaction.js';
import { readWorkingTree } from '../io/working-tree.js';
import { guardWrite } from '../io/write-guard.js';
import { exitCodes, inputError } from '../model/errors.js';
import type { Catalog } from '../model/catalog.js';
import type { NextStep } from '../model/next-step.js';
import { lockPath, type Lock } from '../model/lock.js';
import { describeIgnored, formatIgnored } from '../report/ignored.js';
import { composeAdopted, composeAdoptedLock, pathsOfTemplate } from '../stages/adopt-service.js';
import { requestPath, schemaPath } from '../stages/compose-request.js';
import { composeTree } from '../stages/compose-service.js';
import { detectService, type DetectedService } from '../stages/detect-service.js';
import { detectMonorepo, type Monorepo } from '../stages/detect-monorepo.js';
import { helpers } from '../stages/quoting.js';
import { requestJsonSchema } from '../stages/request-json-schema.js';
import { usualTransport } from '../transports/transports.js';
import type { Outcome } from './outcome.js';
import { nameTool } from '../model/started-as.js';

const MAX_FOLDERS = 10;

export type InitFlags = { readonly language: string | undefined; readonly dryRun: boolean };

/**
 * `init`: adopts a repo that the tool did not make. Writes scaffold.yaml and `.scaffold/`, and changes no
 * file that is there.
 *
 * @throws ToolError exit 2 when the repo is adopted already, or no service is recognised in it
 */
export async function init(flags: InitFlags, host: Host): Promise<Outcome> {
  const command = 'scaffold init';
  if (!flags.dryRun) await repairProject(host.cwd, { command, signal: host.signal });
  const catalog = host.loadCatalog();
  const git = openGit(host.cwd, host);
  const hidden = await findHiddenFiles(git);
  requireUnadopted(host.cwd, hidden);
  const texts = await surveyTexts(git, hidden);
  if (flags.language === undefined) requireOneService(detectMonorepo(texts, catalog));
  const found = detectService(
    texts,
    { folder: basename(host.cwd), language: flags.language },
    catalog,
  );
  const text = composeAdopted(found, catalog);
  const service = composeTree(text, catalog);
  const paths = pathsOfTemplate(found, catalog);
  const existing = await withHiddenFiles(readWorkingTree(host.cwd, paths), hidden, { paths });
  const lock = composeAdoptedLock(service, existing, catalog);
  const changes = [newFile(requestPath, text)];
  const record = [
    newFile(schemaPath, requestJsonSchema(catalog)),
    ...recordChanges(host.cwd, lock, service.tree),
  ];
  if (!flags.dryRun) {
    const written = [...changes, ...record].map(({ path }) => path);
    await guardWrite(git, { paths: written, edited: [], allowDirty: true });
    await writeProject({ root: host.cwd, command, changes, record, signal: host.signal });
  }
  const ignored = await findIgnored(
    git,
    [...changes, ...record].map(({ path }) => path),
  );
  const next = nextStep(found, catalog);
  return describe(found, { lock, text, ignored, next, isDryRun: flags.dryRun });
}

function requireUnadopted(root: string, hidden: HiddenFiles): void {
  const ours = [requestPath, lockPath, schemaPath];
  const disk = readWorkingTree(root, ours);
  const present = ours.find((path) => disk.has(path) || hidden.entries.has(path));
  if (present === undefined) return;
  throw inputError(
    'already-adopted',
    `there is a ${present} already.`,
    'npx meshwright add capability ID adds to it; npx meshwright update brings it up to date.',
  );
}

/** The top of a repository of several services is none of them. */
function requireOneService(monorepo: Monorepo | undefined): void {
  if (monorepo === undefined) return;
  const { because, folders } = monorepo;
  const shown = folders.slice(0, MAX_FOLDERS).join(', ');
  const more = folders.length > MAX_FOLDERS ? ` and ${folders.length - MAX_FOLDERS} more` : '';
  const commands = folders
    .slice(0, MAX_FOLDERS)
    .map((folder) => `(cd ${helpers.sh(folder)} && npx meshwright init)`);
  throw inputError(
    'monorepo',
    `this folder holds several modules (${because}): ${shown}${more}.`,
    `Adopt each service in its own folder: ${commands.join('; ')}. --language LANGUAGE adopts this folder itself.`,
  );
}

/** The command that carries over what the service's own Deployment says of its place in the mesh. */
function nextStep(
  { namespace, replicas }: DetectedService,
  { capabilities }: Catalog,
): NextStep | undefined {
  if (namespace === undefined && replicas === undefined) return undefined;
  for (const { id, controls } of capabilities) {
    const values = controls.find(({ kind }) => kind === 'meshIdentity')?.values;
    if (values === undefined) continue;
    const flags = Object.entries({ namespace, replicas }).flatMap(([field, value]) =>
      value === undefined || values[field] === undefined
        ? []
        : [`--set ${helpers.sh(`${id}.${values[field]}=${value}`)}`],
    );
    const does = 'adds manifests with what its own Deployment says';
    return { command: ['npx meshwright add capability', id, ...flags].join(' '), does };
  }
  return undefined;
}

function newFile(path: string, content: string): Change {
  return { kind: 'write', path, content, mode: '644', before: 'absent' };
}

function describe(
  { name, language, module, notes, ...found }: DetectedService,
  {
    lock,
    text,
    ignored,
    next,
    isDryRun,
  }: {
    readonly lock: Lock;
    readonly text: string;
    readonly ignored: readonly IgnoredFile[];
    readonly next: NextStep | undefined;
    readonly isDryRun: boolean;
  },
): Outcome {
  const users = lock.files.flatMap(({ path, ownership }) => (ownership === 'user' ? [path] : []));
  const message = isDryRun
    ? `${name} would be adopted; nothing was written.`
    : `${name} is adopted: scaffold.yaml and .scaffold/ are new, no other file was changed.`;
  const lines = [
    message,
    `  ${language} module ${module}`,
    ...notes.map((note) => `  ${note}`),
    ...(users.length === 0 ? [] : [`  Yours, and never overwritten: ${users.join(', ')}`]),
    '',
    ...(isDryRun
      ? [text]
      : [`Check scaffold.yaml, commit, then: ${next?.command ?? 'npx meshwright list'}`]),
  ];
  return {
    exitCode: exitCodes.clean,
    document: {
      message,
      dryRun: isDryRun,
      service: {
        name,
        language,
        module,
        transport: found.transport ?? usualTransport.id,
        port: found.port ?? null,
        healthPort: found.healthPort ?? null,
        methods: found.methods.map((method) => method.name),
        probes: { live: found.probes.live ?? null, ready: found.probes.ready ?? null },
        image: found.image ?? null,
        namespace: found.namespace ?? null,
        replicas: found.replicas ?? null,
      },
      files: isDryRun ? [] : [{ path: requestPath, action: 'created' }],
      users,
      notes,
      nextSteps: next === undefined ? [] : [next],
      ignored: describeIgnored(ignored),
    },
    text: (page) =>
      [
        nameTool(lines.join('\n').trimEnd(), page.tool),
        formatIgnored(ignored, { ...page, isDryRun }),
      ]
        .filter((block) => block !== '')
        .map((block) => `${block}\n`)
        .join('\n'),
  };
}
