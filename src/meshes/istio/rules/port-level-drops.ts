import type { TrafficPolicyControl } from '../../../model/mesh-control.js';
import type { Rule } from '../../../rules/rule.js';

/** Blocks whose loss changes what callers meet; a lost loadBalancer falls back to a good default. */
const GUARDS = new Set(['connectionPool', 'outlierDetection', 'retryBudget', 'tls']);

export const portLevelDrops: Rule = {
  code: 'PORT_LEVEL_DROPS',
  severity: 'error',
  layer: 'mesh',
  title: "portLevelSettings drop what stands at the destination's level.",
  reads: ['mesh/trafficPolicy'],
  why: "Port settings replace the destination's policy for that port whole (util.GetPortLevelTrafficPolicy; measured: outlierDetection and http2MaxRequests disappeared).",
  fix: 'Repeat every block under the port; retryBudget has no place there, so that the port must do without settings of its own.',
  check: ({ all }) => {
    const bases = new Map(
      all('mesh/trafficPolicy')
        .filter(({ values }) => values.level !== 'port')
        .map((policy) => [keyOf(policy), policy]),
    );
    return all('mesh/trafficPolicy')
      .filter(({ values }) => values.level === 'port')
      .flatMap((port) => {
        const base = bases.get(keyOf(port));
        const lost = (base?.values.blocks ?? []).filter(
          (block) => GUARDS.has(block) && !port.values.blocks.includes(block),
        );
        if (base === undefined || lost.length === 0) return [];
        return [
          {
            target: port.target,
            at: port.place,
            also: [base.place],
            message: `Port ${port.values.port ?? 0} has settings of its own: ${lost.join(', ')} of the destination ${lost.length === 1 ? 'does' : 'do'} not act on it.`,
            fix: fixOf(lost),
          },
        ];
      });
  },
};

/** Levels of one object, of one subset. */
function keyOf({ namespace, target, place, values }: TrafficPolicyControl): string {
  return [place.file, namespace ?? '', target, values.subset ?? ''].join(' ');
}

function fixOf(lost: readonly string[]): string {
  return lost.includes('retryBudget')
    ? 'Move what the port sets to the destination: a port cannot have a retryBudget.'
    : `Repeat ${lost.join(', ')} under the port.`;
}
