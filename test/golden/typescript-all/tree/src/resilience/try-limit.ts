import { DeadlineError } from '../deadline.ts';
import type { Send } from '../upstream/call.ts';

/**
 * Gives up on a try that has no response headers within `timeout`. The body is left to the deadline of
 * the whole call: once it has begun, nothing can be tried again.
 */
export function limitTry(next: Send, timeout: number): Send {
  return async (call) => {
    const limit = new AbortController();
    const timer = setTimeout(() => {
      limit.abort(new DeadlineError(`no response headers within ${timeout} ms`));
    }, timeout);
    try {
      return await next({ ...call, signal: AbortSignal.any([call.signal, limit.signal]) });
    } finally {
      clearTimeout(timer);
    }
  };
}
