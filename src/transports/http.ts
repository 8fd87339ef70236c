/** A kind of request: its method, and whether it carries an Idempotency-Key. */
export type RequestKind = { readonly method: string; readonly hasKey: boolean };

/** Methods that the application may repeat; any other only with an Idempotency-Key. */
const REPEATABLE = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'];
const METHODS = [...REPEATABLE, 'POST', 'PATCH'];

/** A request that may be repeated, and one that may not: what `explain` and `simulate` play. */
const read: RequestKind = { method: 'GET', hasKey: false };
const write: RequestKind = { method: 'POST', hasKey: false };

/** The ways in which one try can fail. Numbers are statuses that the upstream's application answers. */
const failures = [
  'connect-failure',
  'reset-before-request',
  'reset',
  'timeout',
  '429',
  '500',
  '502',
  '503',
  '504',
] as const;
export type FailureClass = (typeof failures)[number];

/**
 * `overloaded`: the sidecar's own pool is full. `ejected`: it knows no healthy replica. Nothing leaves the
 * pod in either case. `connect-timeout`: nobody answers a connect, as when a node is gone.
 */
export type CallFailure = FailureClass | 'overloaded' | 'ejected' | 'connect-timeout';

/** What can happen to a call, with the words that people will read. */
export type CallCase = {
  readonly title: string;
  readonly request: RequestKind;
  readonly failure: CallFailure;
};

const cases: readonly CallCase[] = [
  { title: 'connect refused', request: read, failure: 'connect-failure' },
  { title: 'connect hangs', request: read, failure: 'connect-timeout' },
  { title: 'reset', request: read, failure: 'reset' },
  { title: 'upstream 503', request: read, failure: '503' },
  { title: 'upstream 500', request: read, failure: '500' },
  { title: 'hangs', request: read, failure: 'timeout' },
  { title: 'sidecar: pool full', request: read, failure: 'overloaded' },
  { title: 'sidecar: all ejected', request: read, failure: 'ejected' },
  { title: 'POST, connect refused', request: write, failure: 'connect-failure' },
  { title: 'POST, connect hangs', request: write, failure: 'connect-timeout' },
  { title: 'POST, reset', request: write, failure: 'reset' },
  { title: 'POST, upstream 503', request: write, failure: '503' },
  { title: 'POST, hangs', request: write, failure: 'timeout' },
];

/** What the application sees of a failure behind the sidecar: a status (measured). */
function seenAs(failure: FailureClass): string {
  switch (failure) {
    case 'connect-failure':
    case 'reset-before-request':
    case 'reset':
      return '503';
    case 'timeout':
      return '504';
    case '429':
    case '500':
    case '502':
    case '503':
    case '504':
      return failure;
  }
}

/** How a failure looks to policies that repeat; those of the sidecar itself are a 503. */
function classOf(failure: CallFailure): FailureClass {
  if (failure === 'overloaded' || failure === 'ejected') return '503';
  return failure === 'connect-timeout' ? 'connect-failure' : failure;
}

/**
 * What an adapter answers its own caller for a failed upstream: 503 and 429 as 503, time-outs as 504, the rest as
 * 502.
 *
 * @param isOpaque the proxy passes bytes on, so that the application sees what its own transport reports
 */
function callerSees(failure: CallFailure, isOpaque: boolean): number {
  if (isOpaque && !/^\d/.test(failure)) return failure === 'timeout' ? 504 : 502;
  const form = seenAs(classOf(failure));
  if (form === '503' || form === '429') return 503;
  return form === '504' ? 504 : 502;
}

/** Words of the application's retries for what its own transport reports, where no proxy makes a status of it. */
const TRANSPORT_WORDS: Partial<Record<FailureClass, string>> = {
  'connect-failure': 'connect-error',
  'reset-before-request': 'reset',
};

/**
 * True when the words of an application's retries cover a failure.
 *
 * @param isOpaque as for `callerSees`
 */
function covers(words: readonly string[], failure: FailureClass, isOpaque: boolean): boolean {
  if (isOpaque) return words.includes(TRANSPORT_WORDS[failure] ?? failure);
  const form = seenAs(failure);
  return words.includes(form) || (form.startsWith('5') && words.includes('5xx'));
}

/** HTTP: its kinds of request and of failure, what is safe to repeat, and how a proxy shows a failure. */
export const http = {
  requests: METHODS.flatMap((method): readonly RequestKind[] => [
    { method, hasKey: false },
    { method, hasKey: true },
  ]),
  read,
  write,
  isRepeatable: ({ method, hasKey }: RequestKind): boolean => hasKey || REPEATABLE.includes(method),
  failures,
  cases,
  classOf,
  callerSees,
  covers,
  /** What an upstream in trouble, and a proxy without a healthy replica, answer. */
  unavailable: '503',
  /** An upstream that asks for fewer calls is not broken. */
  isFault: (failure: CallFailure): boolean => failure !== '429',
  /** What a proxy answers, or an upstream behind another proxy, where the application behind it did not. */
  gatewayErrors: ['502', '503', '504'],
  /** Answers for a token that is missing or bad, and for one that is good and not enough. */
  unauthenticated: '401',
  forbidden: '403',
} as const;
