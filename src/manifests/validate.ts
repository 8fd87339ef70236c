import { groupOf } from '../model/kind-facts.js';
import { didYouMean } from '../model/suggest.js';
import { quote } from '../model/text.js';
import type { Kind } from './kind.js';
import type {
  ManifestFile,
  ManifestFinding,
  ManifestObject,
  Problem,
  ValuePath,
} from './manifest-file.js';
import { parseManifests, type ParsedManifest } from './parse-manifests.js';
import { checkJsonPatch, findPatches } from './patches.js';
import { withoutPlaces } from './without-places.js';
import { schemaProblems } from './schema-problems.js';
import { rememberSound } from './sound-objects.js';
import { fieldNames, origins, validators } from './schemas/validators.js';

export type Validation = {
  /** Objects with nothing wrong. */
  readonly valid: number;
  /** Objects of kinds that have no schema here, as `path: apiVersion/kind`. */
  readonly unchecked: readonly string[];
  readonly findings: readonly ManifestFinding[];
};

/**
 * Checks manifests offline: YAML, duplicate keys, the closed schema of each kind, and what the mesh and the
 * API server refuse beyond it. Patches of kustomizations among the files may be partial.
 */
export function validateFiles(files: readonly ManifestFile[], kinds: readonly Kind[]): Validation {
  const parsed = files.map(parseManifests);
  const manifests = parsed.flatMap((file) => file.manifests);
  const patches = findPatches(manifests);
  const findings = parsed.flatMap((file) => file.findings);
  const unchecked: string[] = [];
  let valid = 0;
  for (const manifest of manifests) {
    const problems = patches.has(manifest.path)
      ? checkPatch(manifest.value, kinds)
      : checkObject(manifest.value, kinds);
    if (problems === undefined) {
      const { apiVersion, kind } = manifest.value as ManifestObject;
      unchecked.push(`${manifest.path}: ${apiVersion}/${kind}`);
      continue;
    }
    if (problems.length === 0) {
      valid += 1;
      if (!patches.has(manifest.path) && !hasNull(manifest.value)) rememberSound(manifest.root);
    }
    findings.push(...problems.map((problem) => placed(problem, manifest)));
  }
  return { valid, unchecked, findings: findings.sort(byPlace) };
}

/** undefined when nothing is known about its kind. */
function checkObject(
  value: unknown,
  kinds: readonly Kind[],
  { mayBeNewer = false } = {},
): Problem[] | undefined {
  const id = identify(value);
  if (typeof id !== 'string') return [id];
  const validate = validators.get(id);
  if (validate === undefined) return unknownKind(value as ManifestObject, kinds);
  const origin = mayBeNewer ? origins.get(id) : undefined;
  const problems = schemaProblems(validate, value, fieldsOf(id), {
    ...(origin !== undefined && { origin }),
  });
  const shaped = problems.length === 0 ? value : withoutPlaces(value, problems);
  const isShaped = shaped === value || (shaped !== undefined && validate(shaped));
  if (!isShaped) return problems;
  // The schema has passed, so that the value has its kind's shape.
  const given = shaped as ManifestObject;
  if (given.kind === 'Kustomization') return problems;
  // Most schemas let an object without a spec pass.
  const object = (given.spec ?? undefined) === undefined ? { ...given, spec: {} } : given;
  if (problems.length === 0) return [...checkByKind(object, kinds)];
  // What lacks a part is not judged as if the part had never been there.
  const holed = problems.map(({ at }) => at.slice(0, -1));
  const isSound = ({ at }: Problem): boolean =>
    !holed.some((hole) => isWithin(at, hole) || isWithin(hole, at));
  return [...problems, ...[...checkByKind(object, kinds)].filter(isSound)];
}

/**
 * What is wrong with an object of any repository: as `validateFiles`, but a version of its kind that is served beside
 * ours is right, a kind that is only like one of ours is somebody else's, and an unknown field may be a newer one.
 */
export function problemsOfAny(object: ManifestObject, kinds: readonly Kind[]): readonly Problem[] {
  const known = kindsOf(object, kinds).find(({ schema }) => schema !== undefined);
  const isServed = [known?.schema, ...(known?.alsoServed ?? [])].includes(object.apiVersion);
  if (known?.schema === undefined || !isServed) return [];
  const asOurs =
    object.apiVersion === known.schema ? object : { ...object, apiVersion: known.schema };
  return checkObject(asOurs, kinds, { mayBeNewer: true }) ?? [];
}

/** Entries that are null are as good as absent, and this was not looked at. */
function hasNull(value: unknown): boolean {
  if (typeof value !== 'object') return false;
  return value === null || Object.values(value).some(hasNull);
}

function isWithin(at: ValuePath, above: ValuePath): boolean {
  return above.every((key, depth) => at[depth] === key);
}

/** What holds for every object, then what holds for its kind. */
function* checkByKind(object: ManifestObject, kinds: readonly Kind[]): Generator<Problem> {
  for (const { check } of kindsNamed('*/*', kinds)) yield* check?.(object) ?? [];
  for (const { check } of kindsOf(object, kinds)) yield* check?.(object) ?? [];
}

/** Kinds by group and name, `*` for what holds for every group: one list is asked about every object. */
const indexes = new WeakMap<readonly Kind[], ReadonlyMap<string, readonly Kind[]>>();

function kindsOf({ apiVersion, kind }: ManifestObject, kinds: readonly Kind[]): readonly Kind[] {
  return kindsNamed(`${groupOf(apiVersion)}/${kind}`, kinds);
}

function kindsNamed(name: string, kinds: readonly Kind[]): readonly Kind[] {
  let index = indexes.get(kinds);
  if (index === undefined) {
    const names = kinds.map(({ group, kind }) => (group === '*' ? '*/*' : `${group}/${kind}`));
    index = new Map(names.map((one) => [one, kinds.filter((_, at) => names[at] === one)]));
    indexes.set(kinds, index);
  }
  return index.get(name) ?? [];
}

/** A patch names what it changes: nothing is required, and kustomize's own `$patch` may stand in it. */
function checkPatch(value: unknown, kinds: readonly Kind[]): Problem[] | undefined {
  if (Array.isArray(value)) return [...checkJsonPatch(value as unknown[])];
  const id = identify(value);
  if (typeof id !== 'string') return [id];
  const validate = validators.get(id);
  if (validate === undefined) return unknownKind(value as ManifestObject, kinds);
  return schemaProblems(validate, value, fieldsOf(id), { partial: true });
}

function identify(value: unknown): string | Problem {
  const { apiVersion, kind } = (value ?? {}) as Partial<ManifestObject>;
  if (typeof apiVersion === 'string' && typeof kind === 'string') return `${apiVersion}/${kind}`;
  return { at: [], message: 'a manifest must have an apiVersion and a kind.' };
}

const fields = new Map<string, readonly string[]>();

function fieldsOf(id: string): readonly string[] {
  const found = fields.get(id) ?? (fieldNames.get(id) ?? '').split(' ');
  fields.set(id, found);
  return found;
}

/** A kind that is nearly one of ours, or one of ours in an older version or in none, is a mistake. */
function unknownKind(object: ManifestObject, kinds: readonly Kind[]): Problem[] | undefined {
  const { apiVersion, kind } = object;
  const known = [...validators.keys()].map((id) => {
    const cut = id.lastIndexOf('/');
    return { apiVersion: id.slice(0, cut), kind: id.slice(cut + 1) };
  });
  const group = groupOf(apiVersion);
  const ours = known.filter((other) => groupOf(other.apiVersion) === group);
  const same = ours.find((other) => other.kind === kind);
  if (same !== undefined) {
    const served = kindsOf(object, kinds).flatMap(({ alsoServed }) => alsoServed ?? []);
    if (served.includes(apiVersion) && isNewer(apiVersion, same.apiVersion)) return undefined;
    return [
      {
        at: ['apiVersion'],
        message: `a ${kind} must have apiVersion ${same.apiVersion}, not ${quote(apiVersion)}.`,
      },
    ];
  }
  const meant = didYouMean(
    kind,
    ours.filter((other) => other.apiVersion === apiVersion).map((other) => other.kind),
  );
  if (meant === '' || !isNear(kind, meant)) return undefined;
  return [{ at: ['kind'], message: `there is no kind ${quote(kind)} in ${apiVersion}.${meant}` }];
}

/** In the order of Kubernetes: v1, v1beta1, v1alpha3, v1alpha2. */
function isNewer(one: string, other: string): boolean {
  const [a, b] = [rankOf(one), rankOf(other)];
  const differing = a.findIndex((rank, index) => rank !== b[index]);
  return differing >= 0 && (a[differing] ?? 0) > (b[differing] ?? 0);
}

function rankOf(version: string): readonly number[] {
  const [, major = '0', stage = 'stable', minor = '0'] =
    /v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? [];
  return [['alpha', 'beta', 'stable'].indexOf(stage), Number(major), Number(minor)];
}

/** A suggestion for another word of about the same length, not for any kind of the group. */
function isNear(kind: string, meant: string): boolean {
  const word = /Did you mean (\w+)\?/.exec(meant)?.[1] ?? '';
  return (
    Math.abs(word.length - kind.length) <= 2 &&
    word.slice(0, 3).toLowerCase() === kind.slice(0, 3).toLowerCase()
  );
}

function placed(
  { at, message, severity = 'error' }: Problem,
  { path, locate }: ParsedManifest,
): ManifestFinding {
  return { path, ...locate(at), severity, message };
}

function byPlace(a: ManifestFinding, b: ManifestFinding): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}
