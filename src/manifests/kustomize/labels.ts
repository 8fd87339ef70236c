import { entryOf } from '../node.js';
import type { MapNode, Node } from '../yaml-node.js';
import { changeRoot, listOf, pairsOf, textOf, type FieldPath } from './change-node.js';
import type { BuiltObject } from './object.js';
import { templateOf } from './references.js';

type Pairs = readonly (readonly [string, Node])[];

const METADATA: FieldPath = ['metadata', 'labels'];

/** Selectors that are made where they are not there, and those that only follow. */
const SELECTORS: Readonly<Record<string, FieldPath>> = {
  Service: ['spec', 'selector'],
  ReplicationController: ['spec', 'selector'],
  Deployment: ['spec', 'selector', 'matchLabels'],
  ReplicaSet: ['spec', 'selector', 'matchLabels'],
  DaemonSet: ['spec', 'selector', 'matchLabels'],
  StatefulSet: ['spec', 'selector', 'matchLabels'],
};
const FOLLOWING: Readonly<Record<string, readonly FieldPath[]>> = {
  Job: [['spec', 'selector', 'matchLabels']],
  CronJob: [['spec', 'jobTemplate', 'spec', 'selector', 'matchLabels']],
  PodDisruptionBudget: [['spec', 'selector', 'matchLabels']],
  NetworkPolicy: [
    ['spec', 'podSelector', 'matchLabels'],
    ['spec', 'ingress', '[]', 'from', '[]', 'podSelector', 'matchLabels'],
    ['spec', 'egress', '[]', 'to', '[]', 'podSelector', 'matchLabels'],
  ],
};
const TERM = 'DuringSchedulingIgnoredDuringExecution';
const IN_POD: readonly FieldPath[] = [
  ...['podAffinity', 'podAntiAffinity'].flatMap((affinity) => [
    [
      'affinity',
      affinity,
      `preferred${TERM}`,
      '[]',
      'podAffinityTerm',
      'labelSelector',
      'matchLabels',
    ],
    ['affinity', affinity, `required${TERM}`, '[]', 'labelSelector', 'matchLabels'],
  ]),
  ['topologySpreadConstraints', '[]', 'labelSelector', 'matchLabels'],
];

/** `commonLabels`, `labels` and `commonAnnotations` of a kustomization. */
export function labelObjects(
  objects: readonly BuiltObject[],
  root: MapNode,
): readonly BuiltObject[] {
  let labelled = objects;
  for (const entry of listOf(root, 'labels')) {
    const pairs = pairsOf(entryOf(entry, 'pairs'));
    const selects = textOf(entry, 'includeSelectors') === 'true';
    const inTemplates = textOf(entry, 'includeTemplates') === 'true';
    labelled = labelled.map((object) =>
      addLabels(object, pairs, { selects, inTemplates: selects || inTemplates }),
    );
  }
  const common = pairsOf(entryOf(root, 'commonLabels'));
  labelled = labelled.map((object) =>
    addLabels(object, common, { selects: true, inTemplates: true }),
  );
  const annotations = pairsOf(entryOf(root, 'commonAnnotations'));
  return annotations.length === 0
    ? labelled
    : labelled.map((object) => addAnnotations(object, annotations));
}

function addLabels(
  object: BuiltObject,
  pairs: Pairs,
  { selects, inTemplates }: { readonly selects: boolean; readonly inTemplates: boolean },
): BuiltObject {
  const [first] = pairs;
  if (first === undefined) return object;
  const { kind } = object.name;
  const template = kind === 'Pod' ? undefined : templateOf(kind);
  const add = addTo(pairs);
  let { root } = object;
  const made: FieldPath[] = [METADATA];
  const present: FieldPath[] = [];
  if (inTemplates && template !== undefined) made.push([...template, ...METADATA]);
  if (inTemplates && kind === 'CronJob') made.push(['spec', 'jobTemplate', ...METADATA]);
  if (selects) {
    const selector = SELECTORS[kind];
    if (selector !== undefined) made.push(selector);
    if (kind === 'StatefulSet') made.push(['spec', 'volumeClaimTemplates', '[]', ...METADATA]);
    present.push(...(FOLLOWING[kind] ?? []));
    if (template !== undefined && (kind === 'Deployment' || kind === 'StatefulSet'))
      present.push(...IN_POD.map((path) => [...template, 'spec', ...path]));
  }
  for (const path of made) root = changeRoot(root, path, add, first[1].spot);
  for (const path of present)
    root = changeRoot(root, path, (value) => (value === undefined ? undefined : add(value)));
  return { ...object, root };
}

function addAnnotations(object: BuiltObject, pairs: Pairs): BuiltObject {
  const { kind } = object.name;
  const template = kind === 'Pod' ? undefined : templateOf(kind);
  const spot = pairs[0]?.[1].spot;
  const path = ['metadata', 'annotations'];
  const places = [path, ...(template === undefined ? [] : [[...template, ...path]])];
  if (kind === 'CronJob') places.push(['spec', 'jobTemplate', ...path]);
  const root = places.reduce(
    (current, at) => changeRoot(current, at, addTo(pairs), spot),
    object.root,
  );
  return { ...object, root };
}

/** A map with pairs over what it has. */
function addTo(pairs: Pairs): (value: Node | undefined) => Node | undefined {
  return (value) => {
    const entries = value?.kind === 'map' ? value.entries : new Map<string, Node>();
    const [first] = pairs;
    if (first === undefined) return value;
    return {
      kind: 'map',
      spot: value?.spot ?? first[1].spot,
      entries: new Map([...entries, ...pairs]),
    };
  };
}
