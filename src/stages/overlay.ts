import { parseManifests } from '../manifests/parse-manifests.js';
import { printYaml } from '../manifests/print-yaml.js';
import { factsOf, type KindFacts } from '../model/kind-facts.js';
import { jsonPatch } from './overlay/json-patch.js';
import { strategicPatch } from './overlay/strategic-patch.js';
import { isMap, type Value, type ValueMap } from './overlay/value.js';

/** A rendered manifest file. */
export type DeployFile = { readonly path: string; readonly text: string };

type DeployObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  /** Without metadata.namespace, which an overlay sets for all objects at once. */
  readonly value: ValueMap;
};

/** One file of the overlay and the lines of its kustomization that mention it. */
type Part =
  | { readonly kind: 'resource'; readonly file: string; readonly value: ValueMap }
  | {
      readonly kind: 'patch';
      readonly file: string;
      readonly content: Value;
      readonly target: ValueMap;
    };

const BASE = '../../mesh';

/**
 * The kustomize overlay that turns the objects of one request into those of an environment's request:
 * strategic merge patches for Kubernetes' own kinds, JSON patches for custom resources, whole files for
 * objects that only the environment has. `kustomize build` of it gives the environment's objects.
 *
 * @param base rendered files below deploy/ for the request itself
 * @param target the same for the environment's request
 * @param kinds whose lists a patch merges; custom resources get JSON patches
 * @returns file name within deploy/overlays/<environment> to text
 */
export function overlay(
  base: readonly DeployFile[],
  target: readonly DeployFile[],
  kinds: readonly KindFacts[],
): ReadonlyMap<string, string> {
  const [from, to] = [objectsOf(base), objectsOf(target)];
  const parts = [
    ...[...to].flatMap(([id, object]) => changesOf(from.get(id), object, kinds)),
    ...[...from].filter(([id]) => !to.has(id)).map(([, object]) => deletionOf(object)),
  ].sort((a, b) => (a.file < b.file ? -1 : 1));
  const namespace = changedNamespace(from, to);
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    ...(namespace !== undefined && { namespace }),
    resources: [BASE, ...parts.filter(({ kind }) => kind === 'resource').map(({ file }) => file)],
    ...patchesField(parts),
  };
  return new Map([
    ['kustomization.yaml', printYaml(kustomization)],
    ...parts.map((part): [string, string] => [
      part.file,
      printYaml(part.kind === 'resource' ? part.value : part.content),
    ]),
  ]);
}

function objectsOf(files: readonly DeployFile[]): Map<string, DeployObject> {
  const objects = files.flatMap((file) =>
    parseManifests(file).manifests.flatMap(({ value }) => objectOf(value as Value)),
  );
  return new Map(objects.map((object) => [`${object.kind} ${object.name}`, object]));
}

function objectOf(value: Value): DeployObject[] {
  if (!isMap(value) || value['kind'] === 'Kustomization' || !isMap(value['metadata'])) return [];
  const { namespace, ...metadata } = value['metadata'];
  return [
    {
      apiVersion: textOf(value['apiVersion']),
      kind: textOf(value['kind']),
      name: textOf(metadata['name']),
      namespace: textOf(namespace),
      value: { ...value, metadata },
    },
  ];
}

function textOf(value: Value | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** All objects of a service stand in one namespace. */
function changedNamespace(
  from: ReadonlyMap<string, DeployObject>,
  to: ReadonlyMap<string, DeployObject>,
): string | undefined {
  const [before, after] = [from, to].map((objects) => [...objects.values()][0]?.namespace);
  return before === after ? undefined : after;
}

function changesOf(
  before: DeployObject | undefined,
  object: DeployObject,
  kinds: readonly KindFacts[],
): Part[] {
  if (before === undefined) {
    const { metadata, ...rest } = object.value;
    const { name, ...others } = metadata as ValueMap;
    const placed = { name: name as Value, namespace: object.namespace, ...others };
    const { apiVersion, kind, ...body } = rest;
    const value = {
      apiVersion: apiVersion as Value,
      kind: kind as Value,
      metadata: placed,
      ...body,
    };
    return [{ kind: 'resource', file: fileOf(object), value }];
  }
  const mergeKeys = factsOf(object, kinds)?.mergeKeys;
  if (mergeKeys === undefined || losesMetadata(before, object)) {
    const operations = jsonPatch(before.value, object.value);
    return operations.length === 0 ? [] : [patchOf(object, operations)];
  }
  const patch = strategicPatch(before.value, object.value, mergeKeys);
  return patch === undefined
    ? []
    : [patchOf(object, { ...identityOf(object), ...named(patch, object) })];
}

/** kustomize makes the text "null" of an annotation that a merge patch removes, and keeps a label. */
function losesMetadata(before: DeployObject, after: DeployObject): boolean {
  return (['annotations', 'labels'] as const).some((name) => {
    const [had, has] = [before, after].map(({ value: { metadata } }) => {
      const held = isMap(metadata) ? metadata[name] : undefined;
      return isMap(held) ? Object.keys(held) : [];
    });
    return had?.some((key) => has?.includes(key) !== true) === true;
  });
}

/** A patch names its object, as people expect it, although the kustomization says it too. */
function named(patch: ValueMap, { name }: DeployObject): ValueMap {
  const { metadata, ...rest } = patch;
  return { metadata: { name, ...(isMap(metadata) ? metadata : {}) }, ...rest };
}

function deletionOf(object: DeployObject): Part {
  return patchOf(object, {
    $patch: 'delete',
    ...identityOf(object),
    metadata: { name: object.name },
  });
}

function identityOf({ apiVersion, kind }: DeployObject): ValueMap {
  return { apiVersion, kind };
}

function patchOf(object: DeployObject, content: Value): Part {
  const [, group, version = ''] = /^(?:(.*)\/)?([^/]*)$/.exec(object.apiVersion) ?? [];
  const target = {
    ...(group !== undefined && { group }),
    version,
    kind: object.kind,
    // A regular expression, anchored at both ends.
    name: object.name.replaceAll('.', '\\.'),
  };
  return { kind: 'patch', file: fileOf(object), content, target };
}

/** `orders-to-inventory.virtual-service.yaml`: the files of one object stand together. */
function fileOf({ name, kind }: DeployObject): string {
  const kebab = kind.replace(/([a-z])([A-Z])/g, '$1-$2').toLowerCase();
  return `${name}.${kebab}.yaml`;
}

function patchesField(parts: readonly Part[]): { readonly patches?: readonly Value[] } {
  const patches = parts.flatMap((part) =>
    part.kind === 'patch' ? [{ path: part.file, target: part.target }] : [],
  );
  return patches.length === 0 ? {} : { patches };
}
