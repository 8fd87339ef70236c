import type { RepeatedControl } from '../../model/extent-control.js';
import { cite, type Report, type Rule } from '../rule.js';

export const objectTwice: Rule = {
  code: 'OBJECT_TWICE',
  severity: 'error',
  layer: 'mesh',
  title: 'Manifests that are applied together hold an object more than once.',
  reads: ['mesh/repeated'],
  why: 'Of objects with the same kind, namespace and name kubectl applies one after the other: the last stays. `kustomize build` refuses them ("may not add resource with an already registered id"). In folders and files beside each other they are alternatives (environments, clusters, variants), which check judges one by one: it neither adds up their replicas nor joins their routes.',
  fix: 'Give one of them another name or namespace, or remove it.',
  check: ({ all }) => all('mesh/repeated').map(reportOf),
};

function reportOf({ target, place, values: { how, others } }: RepeatedControl): Report {
  const found = { target, at: place, also: others };
  switch (how) {
    case 'refused':
      return {
        ...found,
        message: `${target} is here and at ${others.map(cite).join(', ')}: kustomize builds neither.`,
        fix: 'Remove one of them, or make it a patch.',
      };
    case 'replaced':
      return {
        ...found,
        severity: 'warning',
        message: `${target} is here and at ${others.map(cite).join(', ')}: this one, the last, replaces ${others.length === 1 ? 'the other' : 'the others'} when they are applied together.`,
        fix: 'Remove one of them, or give it another name or namespace.',
      };
  }
}
