import { disruptionsOf } from '../../../flow/disruption.js';
import { removeValue, setValue, type Rule } from '../../../rules/rule.js';

export const pdbBlocks: Rule = {
  code: 'PDB_BLOCKS',
  severity: 'error',
  layer: 'mesh',
  title: 'The disruption budget never lets a pod go.',
  reads: ['mesh/disruption', 'mesh/workload'],
  why: 'A budget that allows no disruption stops every drain of a node: upgrades of the cluster wait until somebody deletes it.',
  fix: 'maxUnavailable: 1, with two replicas or more.',
  check: (composition) =>
    disruptionsOf(composition).flatMap(({ budget, replicas, allowed }) => {
      const { minAvailable, maxUnavailable } = budget.values;
      const value = maxUnavailable ?? minAvailable;
      if (allowed > 0 || value === undefined) return [];
      const name = maxUnavailable === undefined ? 'minAvailable' : 'maxUnavailable';
      const place = { ...budget.place, at: [...(budget.place.at ?? []), 'maxUnavailable'] };
      return [
        {
          target: budget.target,
          at: value.place,
          also: [replicas.place],
          message: `${name} ${value.value} of ${replicas.value} replicas allows no disruption: a node that holds one is never drained.`,
          fix: 'maxUnavailable: 1 in place of it.',
          edits: [
            ...(minAvailable === undefined ? [] : removeValue(minAvailable)),
            ...setValue({ place }, 1),
          ],
        },
      ];
    }),
};
