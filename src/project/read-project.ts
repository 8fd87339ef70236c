import type { Catalog } from '../model/catalog.js';
import type { Control, MeshControl } from '../model/controls.js';
import { select } from '../model/controls.js';
import { ToolError } from '../model/errors.js';
import type { Acceptance, RawRequest, Resolution } from '../model/request.js';
import { parseRequest } from '../stages/parse-request.js';
import { resolve as resolveRequest } from '../stages/resolve.js';
import { readApplication } from '../application/application.js';
import { readContracts } from '../application/contracts.js';
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
import { readerOf, type DocumentReader } from '../manifests/document-reader.js';
import { withoutRepeated } from './repeated-objects.js';
import { unitsOf, type RenderedCharts } from './units.js';
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
  /** What a renderer made of kustomizations, by their paths, where one was asked. */
  readonly built?: ReadonlyMap<string, string>;
  /** What charts were rendered to, among the files. */
  readonly charts?: RenderedCharts;
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

/** One unit of a folder, read: what is deployed by itself. */
export type ReadUnit = ReadProject & {
  /** Folder of its kustomization, or what tells its files from their alternatives. */
  readonly name: string;
  /** Files of which nothing is said here: see `LooseUnit`. */
  readonly lent: ReadonlySet<string>;
  /** A kustomization or a chart among others, which no other part of the folder is deployed with. */
  readonly isDeployment: boolean;
};

/**
 * Reads the controls of both layers from a service's files, or those of a folder of manifests as if all of it
 * were deployed together. What cannot be read is a problem; everything else is still read.
 *
 * @throws ToolError for an environment that is not declared (exit 2)
 */
export function readProject(source: ProjectSource): ReadProject {
  const units = [...readUnits(source)];
  const [first] = units;
  if (first === undefined || units.length === 1) return first ?? nothing;
  // The same file may be in several.
  const objects = [
    ...new Map(units.flatMap((unit) => unit.objects).map((one) => [one.root, one])).values(),
  ];
  const problems = units.flatMap((unit) => unit.problems);
  return {
    ...readTogether(source, { objects, problems, isBuilt: false, isDivided: true }, objects),
  };
}

const nothing: ReadProject = {
  controls: [],
  objects: [],
  problems: [],
  resolution: undefined,
  accepted: [],
};

/**
 * Reads the units of a folder each by itself, one after the other. A service is one. With the last one the documents of
 * all files are let go.
 *
 * @throws ToolError for an environment that is not declared (exit 2)
 */
export function* readUnits(source: ProjectSource): Generator<ReadUnit, undefined> {
  const readings = readingsOf(source);
  for (let next = readings.pop(); next !== undefined; next = readings.pop()) yield next();
}

type Reading = () => ReadUnit;

/** How each unit is read; the first is the last. */
function readingsOf(source: ProjectSource): Reading[] {
  const { files, environment, built, charts } = source;
  const reader = readerOf(files);
  const resolve = (path: string): Manifests => {
    const ours = resolveKustomization(path, files, kindFacts, reader);
    const text = built?.get(path);
    if (text !== undefined)
      return { ...withPlacesOf(ours, path, text), isBuilt: true, isDivided: false };
    return { ...ours, isBuilt: beyondPlain(path, files).length === 0, isDivided: false };
  };
  const start = files.has(requestPath) ? startingKustomization(files, environment) : undefined;
  if (start !== undefined) return [() => readUnit(source, '.', resolve(start))];
  if (files.has(requestPath)) {
    const paths = [...files.keys()].filter((path) =>
      /^deploy\/(?!overlays\/).*\.(?:ya?ml|json)$/.test(path),
    );
    return [() => readUnit(source, '.', filesOf(paths, reader, false))];
  }
  const units = unitsOf(files, reader, charts);
  if (units.length === 0) return [() => readUnit(source, '.', filesOf([], reader, false))];
  return units
    .map((unit): Reading => () => {
      if (unit.kind === 'kustomization')
        return { ...readUnit(source, unit.name, resolve(unit.path)), isDeployment: true };
      const isDivided = unit.kind === 'files';
      const read = readUnit(source, unit.name, filesOf(unit.paths, reader, isDivided));
      return unit.kind === 'files' ? { ...read, lent: unit.lent } : { ...read, isDeployment: true };
    })
    .reverse();
}

type Manifests = ResolvedManifests & {
  /** All that a kustomization asks for was done. */
  readonly isBuilt: boolean;
  /** Several files may hold alternatives of one object. */
  readonly isDivided: boolean;
};

function filesOf(paths: readonly string[], reader: DocumentReader, isDivided: boolean): Manifests {
  return {
    objects: paths.flatMap((path) => reader.objects(path)),
    problems: paths.flatMap((path) => reader.documents(path).problems),
    isBuilt: false,
    isDivided,
  };
}

function readUnit(source: ProjectSource, name: string, manifests: Manifests): ReadUnit {
  const { objects, repeated } = withoutRepeated(manifests.objects, manifests);
  const read = readTogether(source, { ...manifests, objects }, manifests.objects);
  return {
    ...read,
    name,
    lent: new Set(),
    isDeployment: false,
    controls: [...read.controls, ...repeated],
  };
}

function readTogether(
  { files, catalog, environment, isCluster = false }: ProjectSource,
  { objects, problems: unread, isBuilt }: Manifests,
  all: readonly LocatedObject[],
): ReadProject {
  const declaration = files.get(requestPath);
  const problems = [...unread, ...objects.flatMap(embeddedProblems)];
  const origin: Origin = isCluster
    ? 'cluster'
    : isBuilt && problems.length === 0
      ? 'build'
      : 'files';
  const mesh = readControls(objects, kinds);
  const unresolved = { objects: all, problems, resolution: undefined, accepted: [] };
  if (declaration === undefined)
    return { ...unresolved, controls: [...mesh, ...extentOf(objects, origin)] };
  let raw: RawRequest;
  let resolution: Resolution;
  try {
    raw = parseRequest(declaration, requestPath, catalog);
    resolution = resolveRequest(raw, catalog, environment === undefined ? {} : { environment });
  } catch (error) {
    if (!(error instanceof ToolError) || error.code === 'unknown-environment') throw error;
    return { ...unresolved, controls: mesh, problems: [...problems, ...problemsOf(error)] };
  }
  const app = readApplication({
    resolution,
    catalog,
    environment: variablesOf(resolution, mesh),
    findDeclared: declaredPlaces(requestPath, declaration),
  });
  // Of a service that was there before only its own manifests are known.
  const extent = resolution.request.service.adopted
    ? []
    : extentOf(objects, origin === 'build' ? 'generated' : origin);
  return {
    controls: [...app, ...readContracts(files), ...mesh, ...extent],
    objects: all,
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
