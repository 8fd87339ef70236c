import { isOfGatewayApi } from '../effective/of-gateway-api.js';
import { fieldsOf } from '../effective/in-words.js';
import { retriesTimeouts } from '../effective/retry-words.js';
import { removeValue, type Rule } from '../../../rules/rule.js';

export const pertryNotRetried: Rule = {
  code: 'PERTRY_NOT_RETRIED',
  severity: 'error',
  layer: 'mesh',
  title: 'perTryTimeout is set, and retryOn does not repeat a try that timed out.',
  reads: ['mesh/route'],
  why: 'Only 5xx, gateway-error and reset repeat a try that timed out (measured for each word; istio#55748). Without them perTryTimeout is a shorter hard timeout, and the retries never happen.',
  fix: 'Add reset to retryOn where every request of the route may be repeated; otherwise drop perTryTimeout.',
  check: ({ all }) =>
    all('mesh/route').flatMap((route) => {
      const { perTryTimeout, attempts, retryOn } = route.values;
      if (perTryTimeout.value === 0 || attempts.value === 0 || retriesTimeouts(retryOn.value))
        return [];
      const fields = fieldsOf(route);
      return [
        {
          target: route.target,
          at: perTryTimeout.place,
          also: [retryOn.place],
          message: `A try that hangs is cut after ${fields.perTryTimeout} ${perTryTimeout.value} ms and not repeated: retryOn ${retryOn.value.join(',')}${retryOn.basis === 'default' ? " (Istio's default)" : ''} has none of 5xx, gateway-error, reset. The caller gets 504 after one try of ${1 + attempts.value}.`,
          fix: isOfGatewayApi(route)
            ? `Drop ${fields.perTryTimeout}, or retryOn with reset in a VirtualService in place of ${route.target}, which cannot repeat time-outs.`
            : 'Drop perTryTimeout here, or add reset to retryOn when every request of this route may be repeated.',
          edits: removeValue(perTryTimeout),
        },
      ];
    }),
};
