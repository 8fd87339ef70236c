import { retriesTimeouts } from '../effective/retry-words.js';
import { tryTimeout } from '../../../flow/failure-class.js';
import { setValue, type Rule } from '../../../rules/rule.js';

/** Istio's connectTimeout where no DestinationRule sets one, ms. */
const DEFAULT_CONNECT = 10_000;

export const connectTimeoutUnreachable: Rule = {
  code: 'CONNECT_TIMEOUT_UNREACHABLE',
  severity: 'error',
  layer: 'mesh',
  title: 'A connection that hangs takes the whole timeout: its retries never happen.',
  reads: ['mesh/route'],
  why: "connectTimeout defaults to 10 s (mesh config; measured), and each try may wait for it. (1 + attempts) · connectTimeout and the pauses must fit into the route's timeout, or connect-failure is repeated only for connections that are refused.",
  fix: 'A connectTimeout of at most (timeout − 100 ms) ÷ (1 + attempts).',
  check: ({ flows }) =>
    flows.flatMap((flow) =>
      flow.routes.flatMap((route) => {
        const { timeout, perTryTimeout, attempts, retryOn, backoff } = route.values;
        const isMeant = retryOn.value.includes('connect-failure') && attempts.value > 0;
        if (!isMeant || timeout.value === 0 || retryOn.basis === 'default') return [];
        const connect = flow.policy?.values.pool?.connectTimeout;
        const limit = connect?.value ?? DEFAULT_CONNECT;
        // perTryTimeout ends a try that still connects, and such a try is repeated where time-outs are.
        const isCut = perTryTimeout.value !== 0 && retriesTimeouts(retryOn.value);
        const each = isCut ? Math.min(limit, tryTimeout(route)) : limit;
        let pauses = 0;
        for (let k = 1; k <= attempts.value; k += 1)
          pauses += Math.min(2 ** k - 1, 10) * backoff.value;
        const needed = (1 + attempts.value) * each + pauses;
        if (needed <= timeout.value) return [];
        const fitting = Math.floor((timeout.value - pauses) / (1 + attempts.value));
        const source = connect?.basis === 'written' ? '' : " (Istio's default)";
        return [
          {
            target: flow.name,
            at: connect?.basis === 'written' ? connect.place : retryOn.place,
            also: [timeout.place],
            // Where it is left to the mesh, its configuration may have a shorter one.
            ...(connect?.basis !== 'written' &&
              flow.call === undefined && { severity: 'warning' as const }),
            message: `connectTimeout ${each} ms${source} × ${1 + attempts.value} tries and ${pauses} ms of pauses need ${needed} ms, and route ${route.values.name} ends after ${timeout.value} ms: a connection that hangs is not repeated ${attempts.value} times.`,
            fix: `connectionPool.tcp.connectTimeout: ${Math.max(1, fitting)}ms`,
            edits: connect === undefined || fitting < 1 ? [] : setValue(connect, `${fitting}ms`),
          },
        ];
      }),
    ),
};
