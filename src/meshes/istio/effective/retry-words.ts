import { http, type FailureClass } from '../../../transports/http.js';

/** Words of retryOn that repeat a request which the upstream may have processed. */
const UNSAFE = new Set([
  '5xx',
  'gateway-error',
  'reset',
  'cancelled',
  'unavailable',
  'internal',
  'deadline-exceeded',
  'resource-exhausted',
  'retriable-4xx',
  'http3-post-connect-failure',
]);

/** The words of a retryOn that may repeat what was processed. */
export function unsafeWords(retryOn: readonly string[]): readonly string[] {
  return retryOn.filter((word) => UNSAFE.has(word) || /^\d{3}$/.test(word));
}

/** True when the mesh repeats a try that timed out: measured, only these three words do. */
export function retriesTimeouts(retryOn: readonly string[]): boolean {
  return retryOn.some((word) => word === '5xx' || word === 'gateway-error' || word === 'reset');
}

/** The ways of failing that a retryOn repeats. */
export function repeatsOf(retryOn: readonly string[]): readonly FailureClass[] {
  return http.failures.filter((failure) => isRepeated(retryOn, failure));
}

/** True when a retryOn covers a failure class (measured for 5xx, gateway-error and reset). */
function isRepeated(retryOn: readonly string[], failure: FailureClass): boolean {
  const has = (...words: readonly string[]) => words.some((word) => retryOn.includes(word));
  switch (failure) {
    case 'connect-failure':
      return has('connect-failure', '5xx', 'gateway-error', 'reset', 'reset-before-request');
    case 'reset-before-request':
      return has('reset-before-request', '5xx', 'gateway-error', 'reset');
    case 'reset':
    case 'timeout':
      return retriesTimeouts(retryOn);
    case '502':
    case '503':
    case '504':
      return has(failure, '5xx', 'gateway-error');
    case '500':
      return has(failure, '5xx');
    case '429':
      return has(failure);
  }
}
