import type { Dialect } from '../../../flow/mesh-source.js';
import type { Flow, MeshWords } from '../../../flow/flow.js';
import type { RouteControl } from '../../../model/mesh-control.js';
import type { Edit } from '../../../model/finding.js';
import { removeValue } from '../../../rules/rule.js';
import { RETRY, TIMEOUT } from '../read/annotations.js';

/** What Linkerd calls what holds for all calls to a host; it has no pools and no cap of what is tripped. */
export const words: MeshWords = {
  maxRequests: '',
  maxRetries: '',
  errorsInRow: 'failure-accrual-consecutive-max-failures',
  mostEjected: '',
  leastHealthy: '',
  retryOn: 'retried',
  perTryTimeout: `${RETRY}timeout`,
  tries: `${RETRY}limit`,
  countsFirst: false,
  noRetries: `no ${RETRY}*`,
};

/** Linkerd's words for what composition rules say. */
export const say: Dialect = {
  fields: ({ values }) => ({
    timeout: TIMEOUTS[values.holder] ?? `${TIMEOUT}request`,
    perTryTimeout: `${RETRY}timeout`,
  }),
  withoutRetries: (flow, route) => ({
    fix: withoutRetries(flow, route),
    edits: withoutLimit(route),
  }),
  retries: ({ value, basis }, { values }) => {
    if (values.holder === 'ServiceProfile') return 'isRetryable: true, without a limit';
    return basis === 'written' ? `${RETRY}limit: ${value}` : `${RETRY}limit, ${value} by default`;
  },
};

/** Fields that end a call, by what holds the route; elsewhere it is an annotation. */
const TIMEOUTS: Readonly<Record<string, string>> = {
  HTTPRoute: 'timeouts.request',
  ServiceProfile: 'timeout',
};

function withoutRetries({ name }: Flow, { target, values }: RouteControl): string {
  return values.holder === 'ServiceProfile'
    ? `isRetryable: false on ${values.name} of ${target}`
    : `No ${RETRY}* annotations on ${target}, for calls to ${name}`;
}

/** A limit without conditions retries nothing: what names the failures is what is taken out. */
function withoutLimit({ values }: RouteControl): Edit[] {
  if (values.holder === 'ServiceProfile') return removeValue(values.attempts);
  const { retryOn, perTryTimeout, attempts } = values;
  return [retryOn, perTryTimeout, attempts]
    .filter(({ basis }) => basis === 'written')
    .flatMap((value) => removeValue(value));
}
