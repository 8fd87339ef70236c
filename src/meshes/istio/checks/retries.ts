import { quote } from '../../../model/text.js';
import type { Problem, ValuePath } from '../../../manifests/manifest-file.js';
import { problem } from '../../../manifests/problem.js';
import { checkDuration, checkNotNegative, readGoDuration } from '../../../manifests/values.js';

export type Retries = {
  readonly attempts?: number;
  readonly perTryTimeout?: string;
  readonly retryOn?: string;
  readonly backoff?: string;
  readonly retryRemoteLocalities?: boolean | null;
};

/** supportedRetryOnPolicies (pkg/config/validation/validation.go). */
const CONDITIONS: ReadonlySet<string> = new Set([
  '5xx',
  'gateway-error',
  'reset',
  'reset-before-request',
  'connect-failure',
  'retriable-4xx',
  'refused-stream',
  'retriable-status-codes',
  'retriable-headers',
  'envoy-ratelimited',
  'http3-post-connect-failure',
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
  'unavailable',
]);

/** validateHTTPRetry, and that a try is shorter than the route: Envoy ignores it otherwise (measured). */
export function* checkRetries(
  at: ValuePath,
  retries: Retries,
  timeout: string | undefined,
): Generator<Problem> {
  const { attempts = 0, perTryTimeout, retryOn, backoff, retryRemoteLocalities } = retries;
  yield* checkNotNegative([...at, 'attempts'], attempts);
  const others = Object.entries({ perTryTimeout, retryOn, retryRemoteLocalities });
  const configured = others.filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  );
  if (attempts === 0 && configured.length > 0) {
    const names = configured.map(([name]) => name).join(' and ');
    yield problem(at, `retries with attempts: 0 must not have ${names}: Istio refuses the object.`);
  }
  yield* checkDuration([...at, 'perTryTimeout'], perTryTimeout);
  yield* checkDuration([...at, 'backoff'], backoff);
  yield* checkRetryOn([...at, 'retryOn'], retryOn ?? '');
  const [perTry, whole] = [perTryTimeout ?? '', timeout ?? ''].map(readGoDuration);
  if (perTry !== undefined && whole !== undefined && perTry >= whole) {
    yield problem(
      [...at, 'perTryTimeout'],
      `perTryTimeout ${String(perTryTimeout)} must be shorter than the route's timeout of ${String(timeout)}: Envoy ignores it otherwise.`,
    );
  }
}

function* checkRetryOn(at: ValuePath, retryOn: string): Generator<Problem> {
  if (retryOn === '') return;
  for (const condition of retryOn.split(',')) {
    if (CONDITIONS.has(condition) || /^[1-5]\d\d$/.test(condition)) continue;
    const hint = /\s/.test(condition) ? ' Write the list without spaces.' : '';
    yield problem(at, `retryOn does not know ${quote(condition)}.${hint}`);
  }
}
