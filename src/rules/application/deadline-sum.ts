import { sumBackoff } from '../../model/policy.js';
import type { Flow } from '../../flow/flow.js';
import type { Composition } from '../../flow/composition.js';
import { cite, type Report, type Rule } from '../rule.js';

export const deadlineSum: Rule = {
  code: 'DEADLINE_SUM',
  severity: 'error',
  layer: 'app',
  title: 'The tries, or the upstreams one after another, do not fit into the deadline.',
  reads: ['app/call', 'app/server'],
  why: 'A deadline that its parts exceed ends the last try, or the last upstream, before it could answer: the work is done and thrown away. Budgets are shared out from the top.',
  fix: "A per-try timeout of (call timeout − pauses) ÷ tries, and an incoming deadline above the sum of the upstreams' timeouts.",
  check: (composition) => [...composition.flows.flatMap(checkCall), ...checkService(composition)],
};

function checkCall({ call, retries, name }: Flow): Report[] {
  if (call === undefined || retries === undefined || call.values.timeout.value === 0) return [];
  const { tries, perTryTimeout, backoffInitial, backoffMax } = retries.values;
  const pauses = sumBackoff(tries.value, backoffInitial.value, backoffMax.value);
  const needed = tries.value * perTryTimeout.value + pauses;
  if (tries.value < 2 || needed <= call.values.timeout.value) return [];
  const fitting = Math.floor((call.values.timeout.value - pauses) / tries.value);
  return [
    {
      target: name,
      at: perTryTimeout.place,
      also: [call.values.timeout.place],
      message: `${tries.value} tries of ${perTryTimeout.value} ms and pauses of ${pauses} ms need ${needed} ms; a call to ${name} has ${call.values.timeout.value} ms (${cite(call.values.timeout.place)}).`,
      fix:
        fitting > 0
          ? `A per-try timeout of ${fitting}ms, or a call timeout of ${needed}ms.`
          : `A call timeout of ${needed}ms.`,
    },
  ];
}

function checkService({ server, flows }: Composition): Report[] {
  const calls = flows.flatMap(({ call }) => call ?? []);
  const sum = calls.reduce((total, { values }) => total + values.timeout.value, 0);
  const timeout = server?.values.timeout;
  if (server === undefined || timeout === undefined || calls.length === 0) return [];
  if (timeout.value >= sum) return [];
  return [
    {
      target: server.target,
      at: timeout.place,
      also: calls.map(({ values }) => values.timeout.place),
      severity: 'warning',
      message: `An incoming request has ${timeout.value} ms, and its upstreams called one after another may take ${sum} ms (${calls.map(({ target, values }) => `${target} ${values.timeout.value}`).join(' + ')}).`,
      fix: `service.timeout of ${sum + 1_000}ms, or shorter timeouts for the upstreams.`,
    },
  ];
}
