import {
  down,
  itemsOf,
  labelsOf,
  locate,
  targetOf,
  text,
  type Cursor,
} from '../../../manifests/cursor.js';
import type { World } from '../../../manifests/kind.js';
import type { Labels } from '../../../model/mesh-control.js';
import { cite, type Report, type Rule } from '../../../rules/rule.js';
import { selectPods } from '../../kubernetes/written/pods.js';
import { worldOf } from '../../world.js';
import { isUnresolved, mayBeSelected } from '../../../flow/selection.js';
import { findHost, isMade } from '../written/registry.js';

export const subsetNoPods: Rule = {
  code: 'SUBSET_NO_PODS',
  severity: 'warning',
  layer: 'mesh',
  title: "A subset of a DestinationRule selects none of the Service's pods.",
  reads: ['mesh/objects'],
  why: "A subset's endpoints are the Service's pods that have its labels too: without one every request to it is 503, no healthy upstream (UH; IST0173, KIA0203).",
  fix: 'The labels that the pods have.',
  check: (composition) => {
    const world = worldOf(composition);
    return world
      .ofKind('networking.istio.io', 'DestinationRule')
      .flatMap((object) => checkSubsets(object, world));
  },
};

function checkSubsets(object: Cursor, world: World): Report[] {
  const host = text(down(object, 'spec', 'host')).value;
  const from = object.object.namespace;
  if (isUnresolved(host) || isMade(world, host, from)) return [];
  const [service, ...others] = findHost(world, host, from);
  if (service?.kind !== 'Service' || service.selector === undefined || others.length > 0) return [];
  const { selector, namespace } = service;
  const pods = selectPods(world, selector, namespace);
  const [first] = pods;
  // Pods of a Service of which none is here are in another folder, or made by hand.
  if (first === undefined) return [];
  return itemsOf(down(object, 'spec', 'subsets')).flatMap((subset) => {
    const labels = labelsOf(down(subset, 'labels'));
    const asked = Object.entries(labels).filter(([key]) => !isOfNode(key));
    const isEmptyOfNode = Object.entries(labels).some(
      ([key, value]) => isOfNode(key) && value === '',
    );
    const isSelected = pods.some((one) => mayBeSelected(Object.fromEntries(asked), one.labels));
    if (asked.some(([, value]) => isUnresolved(value)) || (isSelected && !isEmptyOfNode)) return [];
    const name = text(down(subset, 'name')).value;
    const place = locate(first.object);
    return [
      {
        target: targetOf(object),
        at: locate(down(subset, 'labels')),
        also: [place],
        message: `Subset ${name} asks for ${inWords(labels)}, which no pod of ${host} has (${targetOf(first.object)}, ${cite(place)}: ${inWords(first.labels)}): every request to it is 503.`,
        fix: 'Use labels that the pods have, or give them to the pods.',
      },
    ];
  });
}

/** Labels that Istio adds from the node. */
function isOfNode(key: string): boolean {
  return /^(?:topology\.(?:kubernetes|istio)\.io\/|kubernetes\.io\/hostname$)/.test(key);
}

function inWords(labels: Labels): string {
  return (
    Object.entries(labels)
      .map(([key, value]) => `${key}: ${value === '' ? '""' : value}`)
      .join(', ') || 'no labels'
  );
}
