import { down, exists, locate, number, targetOf, type Cursor } from '../../../manifests/cursor.js';
import type { Report, Rule } from '../../../rules/rule.js';
import {
  eachRoute,
  nameOfDestination,
  nameOfRoute,
  splitOf,
  type WrittenRoute,
} from '../written/virtual-services.js';

/** Weights up to here are mostly meant as parts, such as 1 and 3. */
const LARGEST_PART = 10;

export const weightsSum: Rule = {
  code: 'WEIGHTS_SUM',
  severity: 'warning',
  layer: 'mesh',
  title: 'The weights of a route are not the percentages that they seem to be.',
  reads: ['mesh/objects'],
  why: 'A destination gets its weight divided by the sum of all (virtual_service.proto, HTTPRouteDestination.weight): 100 and 100 is half each. Beside others, one without a weight has 0 and gets nothing.',
  fix: 'Weights that add up to 100, one for each destination.',
  check: (composition) => eachRoute(composition, checkRoute),
};

function checkRoute(object: Cursor, route: WrittenRoute): Report[] {
  const entries = splitOf(route);
  const weights = entries.map(({ entry }) => number(down(entry, 'weight'), 0).value);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  // What is no number is said elsewhere or completed later, and a sum of 0 is refused.
  if (entries.length < 2 || !Number.isFinite(sum) || sum === 0) return [];
  const [target, name] = [targetOf(object), nameOfRoute(route)];
  const without = entries.find(({ entry }) => !exists(down(entry, 'weight')));
  if (without !== undefined) {
    return [
      {
        target,
        at: locate(without.entry),
        message: `${name} gives ${nameOfDestination(without.destination)} no weight, and others ${sum}: it gets no request.`,
        fix: `weight: ${Math.max(0, 100 - sum)}`,
      },
    ];
  }
  if (sum === 100 || Math.max(...weights) <= LARGEST_PART) return [];
  const shares = weights.map((weight) => `${Math.round((weight / sum) * 1_000) / 10} %`);
  return [
    {
      target,
      at: locate(down(route.at, 'route')),
      message: `The weights of ${name} add up to ${sum}, not to 100: ${weights.join(', ')} are shares of ${shares.join(', ')}.`,
      fix: 'Weights that add up to 100.',
    },
  ];
}
