import type { Catalog } from '../model/catalog.js';
import type { Control, MeshControl } from '../model/controls.js';
import { select } from '../model/controls.js';
import { ToolError } from '../model/errors.js';
import type { Acceptance, RawRequest, Resolution } from '../model/request.js';
import { parseRequest } from '../stages/parse-request.js';
import { resolve } from '../stages/resolve.js';
import { readApplication } from '../application/application.js';
import { declaredPlaces } from '../application/declared-place.js';
import { readControls } from '../manifests/read-controls.js';
import { kinds } from '../meshes/found/kinds.js';
import { kindFacts } from '../meshes/kind-facts.js';
import {
  resolveKustomization,
  type Files,
  type ResolvedManifests,
} from '../manifests/kustomize.js';
import { beyondPlain } from '../manifests/beyond-plain.js';
import { extentOf, type Origin } from './extent-of.js';
import { requestPath, startingKustomization } from './starting-kustomization.js';
import { lendPlaces } from '../manifests/lend-places.js';
import type { Spot } from '../manifests/yaml-node.js';
import { meshTextOf, readEmbedded } from '../manifests/embedded.js';
import { objectOf, type LocatedObject } from '../manifests/node.js';
import { readDocuments, type DocumentProblem } from '../manifests/read-documents.js';

export type ProjectSource = {
  /** Paths relative to the project's root. */
  readonly files: Files;
  readonly catalog: Catalog;
  readonly environment?: string;
  /** What `kustomize build` made of the kustomization that holds, where it was asked. */
  readonly built?: string;
  /** The files are all that a cluster has, in the namespaces that they name. */
  readonly isCluster?: boolean;
};

/** Both layers of a service, or the mesh's alone where no scaffold.yaml is there. */
export type ReadProject = {
  readonly controls: readonly Control[];
  /** What kubectl would apply. */
  readonly objects: readonly LocatedObject[];
  readonly problems: readonly DocumentProblem[];
  readonly resolution: Resolution | undefined;
  /** Findings that scaffold.yaml accepts. */
  readonly accepted: readonly Acceptance[];
};

/**
 * Reads the controls of both layers from a project's files. What cannot be read is a problem; everything
 * else is still read.
 *
 * @throws ToolError for an environment that is not declared (exit 2)
 */
export function readProject({
  files,
  catalog,
  environment,
  built,
  isCluster = false,
}: ProjectSource): ReadProject {
  const declaration = files.get(requestPath);
  const { objects, problems: unread, isBuilt } = readManifests(files, environment, built);
  const problems = [...unread, ...objects.flatMap(embeddedProblems)];
  const origin: Origin = isCluster
    ? 'cluster'
    : isBuilt && problems.length === 0
      ? 'build'
      : 'files';
  const mesh = readControls(objects, kinds);
  if (declaration === undefined)
    return {
      controls: [...mesh, ...extentOf(objects, origin)],
      objects,
      problems,
      resolution: undefined,
      accepted: [],
    };
  let raw: RawRequest;
  let resolution: Resolution;
  try {
    raw = parseRequest(declaration, requestPath, catalog);
    resolution = resolve(raw, catalog, environment === undefined ? {} : { environment });
  } catch (error) {
    if (!(error instanceof ToolError) || error.code === 'unknown-environment') throw error;
    return {
      controls: mesh,
      objects,
      problems: [...problems, ...problemsOf(error)],
      resolution: undefined,
      accepted: [],
    };
  }
  const app = readApplication({
    resolution,
    catalog,
    environment: variablesOf(resolution, mesh),
    findDeclared: declaredPlaces(requestPath, declaration),
  });
  return {
    // Of a service that was there before only its own manifests are known.
    controls: [
      ...app,
      ...mesh,
      ...(resolution.request.service.adopted
        ? []
        : extentOf(objects, origin === 'build' ? 'generated' : origin)),
    ],
    objects,
    problems,
    resolution,
    accepted: raw.accepted ?? [],
  };
}

/** Of MeshConfig within a ConfigMap: what holds for the whole mesh is not to be missed in silence. */
function embeddedProblems({ name, root }: LocatedObject): readonly DocumentProblem[] {
  const text = meshTextOf(name, root);
  return text === undefined ? [] : readEmbedded(text).problems;
}

/** The variables of the service's own workload. */
function variablesOf({ request }: Resolution, mesh: readonly MeshControl[]) {
  const workloads = select(mesh, 'mesh/workload');
  const own = workloads.find(({ values }) => values.name === request.service.name) ?? workloads[0];
  return own?.values.variables ?? new Map<string, never>();
}

function readManifests(
  files: Files,
  environment: string | undefined,
  built: string | undefined,
): ResolvedManifests & { readonly isBuilt: boolean } {
  const kustomization = startingKustomization(files, environment);
  if (kustomization !== undefined) {
    const ours = resolveKustomization(kustomization, files, kindFacts);
    if (built !== undefined) return { ...withPlacesOf(ours, kustomization, built), isBuilt: true };
    return { ...ours, isBuilt: beyondPlain(kustomization, files) === undefined };
  }
  const isService = files.has(requestPath);
  const objects: ResolvedManifests['objects'][number][] = [];
  const problems: DocumentProblem[] = [];
  for (const [path, text] of files) {
    if (path === requestPath) continue;
    if (isService && !path.startsWith('deploy/')) continue;
    if (path.startsWith('deploy/overlays/') && isService) continue;
    const read = readDocuments({ path, text });
    problems.push(...read.problems);
    objects.push(...read.documents.flatMap((node) => objectOf(node) ?? []));
  }
  return { objects, problems, isBuilt: false };
}

/** The objects that kustomize built, each value at the place where people wrote it. */
function withPlacesOf(ours: ResolvedManifests, path: string, built: string): ResolvedManifests {
  const { documents } = readDocuments({ path, text: built });
  const objects = documents.flatMap((node) => objectOf(node) ?? []);
  const start: Spot = { file: path, offset: 0, linePos: () => ({ line: 1, col: 1 }) };
  return { objects: lendPlaces(objects, ours.objects, start), problems: ours.problems };
}

/** The lines of a ToolError about scaffold.yaml, each with its place where it has one. */
function problemsOf({ message }: ToolError): DocumentProblem[] {
  return message.split('\n').map((text) => {
    const [, line, column, rest] = /^[^:]*:(\d+):(\d+): (.*)$/.exec(text) ?? [];
    return {
      file: requestPath,
      line: Number(line ?? 1),
      column: Number(column ?? 1),
      message: rest ?? text,
    };
  });
}
