import {
  silentFailures,
  type FailedAnswer,
  type FailureClass,
} from '../../../transports/transport.js';
import { transports } from '../../../transports/transports.js';

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

/** The ways of failing that a retryOn repeats, of whatever transport. */
export function repeatsOf(retryOn: readonly string[]): readonly FailureClass[] {
  const answers = transports
    .flatMap((transport) => transport.answers)
    .filter((answer) => isAnswerRepeated(retryOn, answer));
  return [
    ...silentFailures.filter((failure) => isRepeated(retryOn, failure)),
    ...answers.map(({ code }) => code),
  ];
}

/** True when a retryOn covers a failure without an answer (measured for 5xx, gateway-error and reset). */
function isRepeated(retryOn: readonly string[], failure: (typeof silentFailures)[number]): boolean {
  const has = (...words: readonly string[]) => words.some((word) => retryOn.includes(word));
  switch (failure) {
    case 'connect-failure':
      return has('connect-failure', '5xx', 'gateway-error', 'reset', 'reset-before-request');
    case 'reset-before-request':
      return has('reset-before-request', '5xx', 'gateway-error', 'reset');
    case 'reset':
    case 'timeout':
      return retriesTimeouts(retryOn);
  }
}

/** A proxy judges by what it sees in the headers of an answer. */
function isAnswerRepeated(retryOn: readonly string[], { status, word }: FailedAnswer): boolean {
  const words = [
    String(status),
    ...(word === undefined ? [] : [word]),
    ...(status >= 500 ? ['5xx'] : []),
    ...(status >= 502 && status <= 504 ? ['gateway-error'] : []),
  ];
  return words.some((one) => retryOn.includes(one));
}
