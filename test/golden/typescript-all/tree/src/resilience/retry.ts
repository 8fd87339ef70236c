import type { FastifyBaseLogger } from 'fastify';

import type { RetrySettings } from '../config/retry.ts';
import { DeadlineError } from '../deadline.ts';
import type { Answer, Call, Send } from '../upstream/call.ts';
import { discard } from '../upstream/discard.ts';
import { Budget } from './budget.ts';
import { countRepeat } from './retry-metrics.ts';

const idempotentMethods = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** As Date.parse would take many a text for a date. */
const httpDate = /^[A-Z][a-z]+, \d\d[ -][A-Z][a-z]{2}[ -]\d+ \d\d:\d\d:\d\d GMT$/;

type Outcome = { readonly answer: Answer } | { readonly error: unknown };

/** Sends calls to an upstream again that failed in a way that may pass. */
export function withRetry(
  next: Send,
  upstream: string,
  settings: RetrySettings,
  log: FastifyBaseLogger,
): Send {
  const budget = new Budget(settings.budget);
  return async (call) => {
    budget.deposit();
    for (let attempt = 1; ; attempt++) {
      const outcome = await settle(next(call));
      const reason = failure(outcome);
      const isWorthIt = settings.on.includes(reason) && isRepeatable(call) && !call.signal.aborted;
      if (attempt >= settings.attempts || !isWorthIt) return unwrap(outcome);
      const pause = Math.max(backoff(settings, attempt), retryAfter(outcome));
      if (call.deadline - performance.now() <= pause) return unwrap(outcome);
      if (!budget.withdraw()) {
        log.warn({ upstream, reason }, 'retry budget is spent');
        return unwrap(outcome);
      }
      log.debug({ upstream, reason, pause }, 'trying again');
      countRepeat(upstream, reason);
      if ('answer' in outcome) await discard(outcome.answer);
      await sleep(pause, call.signal);
    }
  };
}

async function settle(answer: Promise<Answer>): Promise<Outcome> {
  try {
    return { answer: await answer };
  } catch (error) {
    return { error };
  }
}

function unwrap(outcome: Outcome): Answer {
  if ('answer' in outcome) return outcome.answer;
  throw outcome.error;
}

/** Whether sending the call twice does no more than sending it once. */
function isRepeatable({ method, headers }: Call): boolean {
  return idempotentMethods.has(method) || new Headers(headers).has('idempotency-key');
}

/**
 * Names what went wrong as the configuration does. It is empty for what is never repeated, such as a
 * call that our own proxy shed.
 */
function failure(outcome: Outcome): string {
  if ('error' in outcome) return connectionFailure(outcome.error);
  const { statusCode, headers } = outcome.answer;
  return headers['x-envoy-overloaded'] === undefined ? String(statusCode) : '';
}

function connectionFailure(error: unknown): string {
  if (error instanceof DeadlineError) return 'timeout';
  // A host with several addresses gives an error for each.
  const { code = '', syscall = '' } = (
    error instanceof AggregateError ? error.errors[0] : error
  ) as NodeJS.ErrnoException;
  if (['connect', 'getaddrinfo'].includes(syscall) || code === 'UND_ERR_CONNECT_TIMEOUT') {
    return 'connect-error';
  }
  return ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(code) ? 'reset' : '';
}

/** A random part of a pause that doubles with every try. */
function backoff({ backoffInitial, backoffMax }: RetrySettings, attempt: number): number {
  return Math.random() * Math.min(backoffInitial * 2 ** (attempt - 1), backoffMax);
}

/** How long the upstream asks to be left alone. */
function retryAfter(outcome: Outcome): number {
  const value = 'answer' in outcome ? String(outcome.answer.headers['retry-after'] ?? '') : '';
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  const date = httpDate.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? 0 : date - Date.now();
}

/** Rejects with the reason of `signal` when it aborts during the pause. */
async function sleep(pause: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, pause);
    signal.addEventListener('abort', wake);
  });
  signal.throwIfAborted();
}
