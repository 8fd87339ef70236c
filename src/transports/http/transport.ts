import type { AnswerCode, FailureClass, RequestKind, Transport } from '../transport.js';

/** Methods that the application may repeat; any other only with an Idempotency-Key. */
const REPEATABLE = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'];
const METHODS = [...REPEATABLE, 'POST', 'PATCH'];
const KEY = 'idempotency-key';

const requests = METHODS.flatMap((method): readonly RequestKind[] => [
  { method, headers: [], isRepeatable: REPEATABLE.includes(method) },
  { method, headers: [KEY], isRepeatable: true },
]);

/** What the application sees of a failure behind the sidecar: a status (measured). */
function seenAs(failure: FailureClass): string {
  switch (failure) {
    case 'connect-failure':
    case 'reset-before-request':
    case 'reset':
      return '503';
    case 'timeout':
      return '504';
    default:
      return failure;
  }
}

/** Words of the application's retries for what its own transport reports, where no proxy makes a status of it. */
const TRANSPORT_WORDS: Partial<Record<FailureClass, string>> = {
  'connect-failure': 'connect-error',
  'reset-before-request': 'reset',
};

/** HTTP: what is safe to repeat, how a proxy shows a failure, and what the generated adapters make of it. */
export const transport: Transport = {
  id: 'http',
  schemes: { http: { port: 80, isOpaque: false }, https: { port: 443, isOpaque: true } },
  requests,
  meets: ({ methods, headers, path }, request) => {
    if (methods !== undefined && !methods.includes(request.method)) return 'no';
    const missing = headers
      .map((name) => name.toLowerCase())
      .filter((name) => !request.headers.includes(name));
    if (missing.includes(KEY)) return 'no';
    const isEveryPath = path === undefined || (path.kind === 'prefix' && path.value === '/');
    return missing.length === 0 && isEveryPath ? 'yes' : 'maybe';
  },
  answers: [429, 500, 502, 503, 504].map((status) => ({
    code: String(status) as AnswerCode,
    status,
  })),
  unavailable: '503',
  defective: '500',
  gatewayErrors: ['502', '503', '504'],
  unauthenticated: '401',
  forbidden: '403',
  isFault: (failure) => failure !== '429',
  covers: (words, failure, isOpaque) => {
    if (isOpaque) return words.includes(TRANSPORT_WORDS[failure] ?? failure);
    const form = seenAs(failure);
    return words.includes(form) || (form.startsWith('5') && words.includes('5xx'));
  },
  troubleOf: (failure, isOpaque) => {
    if (isOpaque && !/^\d/.test(failure)) return failure === 'timeout' ? 'late' : 'broken';
    const form = seenAs(failure);
    if (form === '503' || form === '429') return 'unavailable';
    return form === '504' ? 'late' : 'broken';
  },
  replies: { unavailable: 503, late: 504, broken: 502 },
};
