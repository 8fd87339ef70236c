import { disruptionsOf } from '../../../flow/disruption.js';
import { ejectable, ejectionsOf } from '../effective/ejection.js';
import { isSelected } from '../../../flow/selection.js';
import { cite, setValue, type Rule } from '../../../rules/rule.js';
import { serviceOf } from '../../../flow/workloads.js';

export const pdbVsOd: Rule = {
  code: 'PDB_VS_OD',
  severity: 'warning',
  layer: 'both',
  title: 'While a node is drained, ejection takes out nobody or everybody.',
  reads: ['mesh/disruption', 'mesh/trafficPolicy'],
  why: 'maxEjectionPercent is a share of the endpoints that are there. With fewer of them during a drain, the share may fall below one endpoint, or cover all of them.',
  fix: 'A maxEjectionPercent that is at least one and not all for N − maxUnavailable as well.',
  check: (composition) => {
    const disruptions = disruptionsOf(composition);
    return ejectionsOf(composition)?.flatMap(
      ({ flow, name, outlier, replicas, ejectable: whole }) => {
        const service = serviceOf(flow.host, composition.all);
        const disruption = disruptions.find(({ workloads }) =>
          workloads.some(
            ({ values }) =>
              service !== undefined && isSelected(service.values.selector, values.labels),
          ),
        );
        if (disruption === undefined || whole === 0 || whole >= replicas.value) return [];
        const left = replicas.value - disruption.allowed;
        const during = ejectable(outlier, left);
        // One endpoint alone can never be spared.
        if (left < 2 || (during > 0 && during < left)) return [];
        const { maxEjectionPercent } = outlier;
        const fitting = Math.max(50, Math.ceil(100 / left));
        return [
          {
            target: name,
            at: maxEjectionPercent.place,
            also: [disruption.budget.place],
            message: `With ${disruption.allowed} of ${replicas.value} replicas drained (${cite(disruption.budget.place)}) maxEjectionPercent ${maxEjectionPercent.value} of ${left} ejects ${during === 0 ? 'none' : 'all of them'}.`,
            fix: `maxEjectionPercent: ${fitting}`,
            edits: setValue(maxEjectionPercent, fitting),
          },
        ];
      },
    );
  },
};
