import type { Rule } from '../../../rules/rule.js';
import { RETRY, TIMEOUT } from '../read/annotations.js';
import { linkerdWorld } from '../written/annotated.js';
import { policiesIn } from '../effective/policies-in.js';

export const l5dTimeoutNotRetried: Rule = {
  code: 'L5D_TIMEOUT_NOT_RETRIED',
  severity: 'warning',
  layer: 'mesh',
  title: 'A limit that looks like that of one try ends the whole call.',
  reads: ['mesh/objects'],
  why: "timeout.linkerd.io/response and request end the call: 504 after one try, never retried, also where 5xx or 504 is (measured). The proxy's own 504 is not an answer that it retries.",
  fix: 'retry.linkerd.io/timeout for one try, timeout.linkerd.io/request for all of them.',
  check: (composition) => {
    const world = linkerdWorld(composition);
    return (world === undefined ? [] : policiesIn(world)).flatMap(({ target, policy }) => {
      const { retry, timeouts } = policy;
      if (retry?.http === undefined || retry.timeout !== undefined) return [];
      const { response } = timeouts;
      // A request's limit is what a whole call needs; only who retries 504 by name expects more of it.
      const isNamed = retry.http.value.split(',').includes('504');
      const meant = response ?? (isNamed ? timeouts.request : undefined);
      if (meant === undefined || meant.value === 0) return [];
      const name = meant === response ? 'response' : 'request';
      return [
        {
          target,
          at: meant.place,
          also: [retry.http.place],
          message: `After ${meant.value} ms the call is answered 504 by the proxy, and ${RETRY}http: ${retry.http.value} does not repeat it.`,
          fix: `${RETRY}timeout: ${meant.value}ms for one try, and a ${TIMEOUT}request for the call; ${TIMEOUT}${name} is of the whole.`,
        },
      ];
    });
  },
};
