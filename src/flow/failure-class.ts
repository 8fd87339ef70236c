import type { AppRetriesControl } from './app-control.js';
import type { RouteControl } from '../model/mesh-control.js';

/** The ways in which one try can fail. Numbers are statuses that the upstream's application answers. */
export const failureClasses = [
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
export type FailureClass = (typeof failureClasses)[number];

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

/** True when a retryOn covers a failure class (measured for 5xx, gateway-error and reset). */
export function isRetriedByMesh(retryOn: readonly string[], failure: FailureClass): boolean {
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

/** What the application sees of a failure behind the sidecar: a status (measured). */
export function visibleForm(failure: FailureClass): string {
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

/** True when the application repeats a request that fails so. */
export function isRetriedByApp(retries: AppRetriesControl, failure: FailureClass): boolean {
  const { value } = retries.values.on;
  const form = visibleForm(failure);
  return value.includes(form) || (form.startsWith('5') && value.includes('5xx'));
}

/** The shorter of per-try and route timeout when it cuts a try, ms; 0 means nothing does. */
export function tryTimeout({ values }: RouteControl): number {
  const { timeout, perTryTimeout } = values;
  const isHeard =
    perTryTimeout.value > 0 && (timeout.value === 0 || perTryTimeout.value < timeout.value);
  return isHeard ? perTryTimeout.value : timeout.value;
}

/** Tries that a route really makes of a request that fails in a way; measured: 1 s, 400 ms a try, attempts 5 give 3. */
export function meshTries(route: RouteControl, failure: FailureClass): number {
  const { attempts, retryOn, timeout } = route.values;
  if (attempts.value === 0 || !isRetriedByMesh(retryOn.value, failure)) return 1;
  const allowed = 1 + attempts.value;
  const each = tryTimeout(route);
  if (failure !== 'timeout' || timeout.value === 0 || each === 0) return allowed;
  return Math.min(allowed, Math.ceil(timeout.value / each));
}

/**
 * The longest that a route takes, back-off included, ms; Infinity without any limit. Envoy's pause before
 * retry k is at most min((2^k − 1)·base, 10·base).
 */
export function longestOfRoute(route: RouteControl): number {
  const { attempts, backoff, timeout } = route.values;
  const limit = timeout.value === 0 ? Infinity : timeout.value;
  const each = tryTimeout(route);
  if (each === 0) return Infinity;
  const tries = meshTries(route, 'timeout');
  let pauses = 0;
  for (let k = 1; k <= Math.min(attempts.value, tries - 1); k += 1) {
    pauses += Math.min((2 ** k - 1) * backoff.value, 10 * backoff.value);
  }
  return Math.min(limit, tries * each + pauses);
}
