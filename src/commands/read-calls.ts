import type { Host } from '../io/host.js';
import { changeSetting } from '../stages/what-if.js';
import { requestPath } from '../project/starting-kustomization.js';
import { readProject } from '../project/read-project.js';
import type { UnsaidControl } from '../model/mesh-emitter.js';
import { inputError } from '../model/errors.js';
import { didYouMean } from '../model/suggest.js';
import { quote } from '../model/text.js';
import type { Unread } from '../report/unread.js';
import { compose } from '../project/compose.js';
import { type Flow } from '../flow/flow.js';
import { type Composition } from '../flow/composition.js';
import { composeTree } from '../stages/compose-service.js';
import { unsaidBy } from '../stages/unsaid.js';
import type { Folder } from './read-folder.js';
import type { RenderFlags } from './render-charts.js';

export type CallOptions = RenderFlags & {
  /** Its name, or its host. */
  readonly upstream?: string | undefined;
  readonly env?: string | undefined;
  /** Lets kustomize fetch what kustomizations name elsewhere. */
  readonly allowRemote?: boolean | undefined;
  /** `KEY=VALUE`, each a change in memory; both layers are then rendered anew. */
  readonly whatIf?: readonly string[] | undefined;
};

/** The declared calls of a service, with both layers as they are on disk. */
export type DeclaredCalls = {
  readonly service: string;
  readonly composition: Composition;
  readonly flows: readonly Flow[];
  /** What the service asks for, and its mesh cannot express. */
  readonly unsaid: readonly UnsaidControl[];
  readonly unread: Unread;
};

/** What the mesh cannot express, of the calls to one upstream or of the whole service. */
export function unsaidAbout(
  { service, unsaid }: DeclaredCalls,
  upstream: string,
): readonly UnsaidControl[] {
  return unsaid.filter(({ target }) => target === upstream || target === service);
}

/**
 * @param folder of the service
 * @throws ToolError exit 2: no scaffold.yaml, a declaration that cannot be read, an upstream that is not declared
 */
export function readCalls(
  folder: Folder,
  { upstream, env, whatIf = [] }: CallOptions,
  host: Host,
): DeclaredCalls {
  const catalog = host.loadCatalog();
  let { files, built } = folder;
  const declaration = files.get(requestPath);
  if (declaration === undefined) throw new Error('a folder without scaffold.yaml has no service');
  if (whatIf.length > 0) {
    const changed = whatIf.reduce(changeSetting, declaration);
    files = new Map(
      [...composeTree(changed, catalog).tree].map(([path, { text }]) => [path, text]),
    );
    built = undefined;
  }
  const { controls, problems, resolution } = readProject({
    files,
    catalog,
    ...(built !== undefined && { built }),
    ...(env !== undefined && { environment: env }),
  });
  if (resolution === undefined) {
    const problem = problems.find(({ file }) => file === requestPath);
    throw inputError(
      'invalid-request',
      `${requestPath}:${problem?.line ?? 1}:${problem?.column ?? 1}: ${problem?.message ?? 'cannot be read.'}`,
    );
  }
  const composition = compose(controls);
  const declared = composition.flows.filter(({ call }) => call !== undefined);
  const flows =
    upstream === undefined
      ? declared
      : declared.filter(({ name, host: of }) => name === upstream || of === upstream);
  if (flows.length === 0) {
    const names = declared.map(({ name }) => name);
    if (upstream === undefined)
      throw inputError(
        'no-upstream',
        'the service calls no upstream.',
        'Add one: npx meshwright add upstream NAME=URL',
      );
    throw inputError(
      'unknown-upstream',
      `there is no upstream ${quote(upstream)}.${didYouMean(upstream, names)}`,
      `Declared: ${names.join(', ') || 'none'}.`,
    );
  }
  // What is rendered anew rests on nothing that is on disk.
  const ofDisk = whatIf.length === 0 ? folder : { problems: [], notes: [] };
  return {
    service: resolution.request.service.name,
    composition,
    flows,
    unsaid: unsaidBy(resolution.request, catalog),
    unread: { problems: [...ofDisk.problems, ...problems], notes: ofDisk.notes },
  };
}
