import type {
  AnswerCode,
  FailureClass,
  MatchAnswer,
  PathMatch,
  RequestKind,
  Transport,
} from '../transport.js';
import { readContract } from './contract.js';

/** Calls whose methods nobody has declared: some may be repeated, as their contract says, and others may not. */
const requests: readonly RequestKind[] = [
  { method: 'idempotent call', headers: [], isRepeatable: true },
  { method: 'other call', headers: [], isRepeatable: false },
];

/** Headers that every call carries. */
const CARRIED = ['content-type', 'te', ':method', ':path'];

/**
 * Failures as Envoy sees them: it answers for the application with a status in headers, as grpc-go does for a call
 * that fails before its first message. One in trailers it does not see (measured: neither retried nor counted).
 */
const answers: Transport['answers'] = [
  { code: 'UNAVAILABLE', status: 200, word: 'unavailable' },
  { code: 'RESOURCE_EXHAUSTED', status: 200, word: 'resource-exhausted' },
  { code: 'DEADLINE_EXCEEDED', status: 200, word: 'deadline-exceeded' },
  { code: 'INTERNAL', status: 200, word: 'internal' },
  { code: 'CANCELLED', status: 200, word: 'cancelled' },
  { code: 'UNKNOWN', status: 200 },
  { code: 'UNAVAILABLE IN TRAILERS', status: 200 },
];

/** What retries of the application are set to, in words that they share with HTTP (google.rpc.Code pairs the two). */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  UNAVAILABLE: ['503'],
  RESOURCE_EXHAUSTED: ['429'],
  DEADLINE_EXCEEDED: ['504', 'timeout'],
  INTERNAL: ['500'],
  UNKNOWN: ['500'],
  CANCELLED: ['499'],
};

/** Without a proxy that answers, the application's own transport reports a lost connection as UNAVAILABLE. */
const TRANSPORT_WORDS: Partial<Record<FailureClass, readonly string[]>> = {
  'connect-failure': ['connect-error', '503'],
  'reset-before-request': ['reset', '503'],
  reset: ['reset', '503'],
};

/** The code with which the application sees a failure end, behind a proxy or not. */
function codeOf(failure: FailureClass): AnswerCode {
  switch (failure) {
    case 'connect-failure':
    case 'reset-before-request':
    case 'reset':
    case 'UNAVAILABLE IN TRAILERS':
      return 'UNAVAILABLE';
    case 'timeout':
      return 'DEADLINE_EXCEEDED';
    default:
      return failure;
  }
}

/** A method is a path to a mesh; kinds of calls without a name may be any. */
function meetsPath({ kind, value }: PathMatch, method: string): MatchAnswer {
  if (kind === 'prefix' && value === '/') return 'yes';
  if (!method.startsWith('/')) return 'maybe';
  const isMet = kind === 'exact' ? method === value : method.startsWith(value);
  return isMet ? 'yes' : 'no';
}

/**
 * gRPC: a request is a method, which says itself whether it may be repeated, and a failure is a code, a reset or a
 * deadline that is over.
 */
export const transport: Transport = {
  id: 'grpc',
  schemes: { grpc: { port: 80, isOpaque: false }, grpcs: { port: 443, isOpaque: true } },
  requests,
  needsHttp2: true,
  healthMethods: ['/grpc.health.v1.Health/Check', '/grpc.health.v1.Health/Watch'],
  methodName: {
    pattern: /^\/(?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*\/[A-Za-z_]\w*$/,
    form: 'the full name of a method, such as /items.v1.ItemsService/GetItem',
  },
  contract: { extension: '.proto', read: readContract },
  meets: ({ methods, headers, path }, { method }) => {
    if (methods !== undefined && !methods.includes('POST')) return 'no';
    const isSure = headers.every((name) => CARRIED.includes(name.toLowerCase()));
    const answer = path === undefined ? 'yes' : meetsPath(path, method);
    return answer === 'yes' && !isSure ? 'maybe' : answer;
  },
  answers,
  unavailable: 'UNAVAILABLE',
  defective: 'INTERNAL',
  // A proxy counts what HTTP would answer with 503 and 504.
  gatewayErrors: ['UNAVAILABLE', 'DEADLINE_EXCEEDED'],
  unauthenticated: 'UNAUTHENTICATED',
  forbidden: 'PERMISSION_DENIED',
  // The caller's own end of a call, and an upstream that asks for fewer, say nothing against the upstream.
  isFault: (failure) => failure !== 'RESOURCE_EXHAUSTED' && failure !== 'CANCELLED',
  covers: (words, failure, isOpaque) => {
    const own = isOpaque ? TRANSPORT_WORDS[failure] : undefined;
    return (own ?? WORDS[codeOf(failure)] ?? []).some((word) => hasWord(words, word));
  },
  troubleOf: (failure) => {
    const code = codeOf(failure);
    if (code === 'UNAVAILABLE' || code === 'RESOURCE_EXHAUSTED') return 'unavailable';
    return code === 'DEADLINE_EXCEEDED' ? 'late' : 'broken';
  },
  replies: { unavailable: 'UNAVAILABLE', late: 'DEADLINE_EXCEEDED', broken: 'INTERNAL' },
};

function hasWord(words: readonly string[], word: string): boolean {
  return words.includes(word) || (word.startsWith('5') && words.includes('5xx'));
}
