import { entryOf } from '../node.js';
import { plainOf, type MapNode, type Node, type Spot } from '../yaml-node.js';
import { changeRoot, listOf, pairsOf, scalarAt, textOf } from './change-node.js';
import { builtOf, isCalled, type BuiltObject } from './object.js';

const GENERATORS = { configMapGenerator: 'ConfigMap', secretGenerator: 'Secret' } as const;

/**
 * ConfigMaps and Secrets that a kustomization makes, or adds to. The hash in their names is left out, since what
 * names them is renamed with them. Values of Secrets are left out too.
 *
 * @param textAt text of a file that it names
 */
export function generateObjects(
  objects: readonly BuiltObject[],
  root: MapNode,
  textAt: (path: string) => string | undefined,
): readonly BuiltObject[] {
  let all = objects;
  for (const [key, kind] of Object.entries(GENERATORS)) {
    for (const item of listOf(root, key)) {
      const name = textOf(item, 'name');
      if (name === undefined) continue;
      const data = dataOf(item, kind, textAt);
      const behavior = textOf(item, 'behavior') ?? 'create';
      const known = all.find((object) => isCalled(object, kind, name));
      all =
        behavior === 'create' || known === undefined
          ? [...all, made(item, { kind, data, options: optionsOf(root, item) })]
          : all.map((object) =>
              object === known ? withData(object, data, behavior === 'replace') : object,
            );
    }
  }
  return all;
}

type Pairs = readonly (readonly [string, Node])[];

/** Labels and annotations of what is made: those of its own options over those of all. */
function optionsOf(root: MapNode, item: Node): Pairs {
  const all = [entryOf(root, 'generatorOptions'), entryOf(item, 'options')];
  return ['labels', 'annotations'].flatMap((key) => {
    const pairs = all.flatMap((options) => pairsOf(entryOf(options, key)));
    return pairs.length === 0 ? [] : [[key, mapAt(pairs, item.spot)] as const];
  });
}

function made(
  item: Node,
  { kind, data, options }: { readonly kind: string; readonly data: Pairs; readonly options: Pairs },
): BuiltObject {
  const { spot } = item;
  const name = {
    kind,
    name: textOf(item, 'name') ?? '',
    namespace: textOf(item, 'namespace') ?? '',
  };
  const metadata = [
    ['name', scalarAt(name.name, spot)] as const,
    ...(name.namespace === '' ? [] : [['namespace', scalarAt(name.namespace, spot)] as const]),
    ...options,
  ];
  const root = mapAt(
    [
      ['apiVersion', scalarAt('v1', spot)],
      ['kind', scalarAt(kind, spot)],
      ['metadata', mapAt(metadata, spot)],
      ['data', mapAt(data, spot)],
    ],
    spot,
  );
  return builtOf({ apiVersion: 'v1', name, root });
}

function mapAt(entries: Pairs, spot: Spot): MapNode {
  return { kind: 'map', entries: new Map(entries), spot };
}

function withData(
  object: BuiltObject,
  data: readonly (readonly [string, Node])[],
  isReplaced: boolean,
): BuiltObject {
  const root = changeRoot(object.root, ['data'], (value) => ({
    kind: 'map',
    spot: value?.spot ?? object.root.spot,
    entries: new Map([...(isReplaced ? [] : pairsOf(value)), ...data]),
  }));
  return { ...object, root };
}

function dataOf(
  item: Node,
  kind: string,
  textAt: (path: string) => string | undefined,
): readonly (readonly [string, Node])[] {
  const hides = kind === 'Secret';
  const entry = (key: string, value: string, spot: Spot): readonly [string, Node] => [
    key,
    scalarAt(hides ? '' : value, spot),
  ];
  const env = textOf(item, 'env');
  const envs = [
    ...listOf(item, 'envs').map((node) => [String(plainOf(node)), node.spot] as const),
    ...(env === undefined ? [] : [[env, (entryOf(item, 'env') ?? item).spot] as const]),
  ];
  return [
    ...listOf(item, 'literals').map((node) => {
      const [key = '', ...value] = String(plainOf(node)).split('=');
      return entry(key, unquoted(value.join('=')), node.spot);
    }),
    ...listOf(item, 'files').flatMap((node) => {
      const written = String(plainOf(node));
      const [, named, path = ''] = /^(?:([^=]+)=)?(.*)$/.exec(written) ?? [];
      const text = textAt(path);
      const key = named ?? path.slice(path.lastIndexOf('/') + 1);
      return text === undefined ? [] : [entry(key, text, node.spot)];
    }),
    ...envs.flatMap(([path, spot]) =>
      (textAt(path) ?? '').split(/\r?\n/).flatMap((line) => {
        const [, key = '', value = ''] = /^([^#=][^=]*)=(.*)$/.exec(line.trimStart()) ?? [];
        return key === '' ? [] : [entry(key, value, spot)];
      }),
    ),
  ];
}

/** kustomize takes the quotes around a literal's value away. */
function unquoted(value: string): string {
  return /^(["']).*\1$/s.test(value) && value.length > 1 ? value.slice(1, -1) : value;
}
