import type { FastifyBaseLogger } from 'fastify';

import type { BreakerSettings } from '../config/breaker.ts';
import { DeadlineError } from '../deadline.ts';
import type { Answer, Call, Send } from '../upstream/call.ts';
import { UpstreamError } from '../upstream/upstream-error.ts';
import { Circuit, type Verdict } from './circuit.ts';
import { Refusals } from './refusals.ts';
import { countChange, observeState } from './breaker-metrics.ts';

/** Refuses calls to an upstream while too many of them fail, until it had time to recover. */
export function withBreaker(
  next: Send,
  upstream: string,
  settings: BreakerSettings,
  log: FastifyBaseLogger,
): Send {
  const refusals = new Refusals();
  const circuit = new Circuit(settings, (from, to) => {
    log.warn({ upstream, from, to, refused: refusals.report() }, 'circuit breaker changed');
    countChange(upstream, from, to);
  });
  observeState(upstream, () => circuit.state);
  return async (call) => {
    const judge = circuit.admit();
    if (judge === undefined) {
      const refused = refusals.add();
      if (refused !== undefined) log.warn({ upstream, refused }, 'circuit breaker refuses calls');
      throw new UpstreamError(`the circuit breaker of ${upstream} is open`, {
        status: 503,
        retryAfter: String(Math.max(1, Math.ceil(circuit.openFor / 1_000))),
        isLogged: true,
      });
    }
    try {
      const answer = await next(call);
      judge(verdict(answer));
      return answer;
    } catch (error) {
      judge(isHangUp(call) ? 'ignored' : 'failure');
      throw error;
    }
  };
}

/** Reads the head only. A refusal such as a 404 shows that the upstream works. */
function verdict({ statusCode, headers }: Answer): Verdict {
  if (statusCode < 500) return 'success';
  // Our own proxy shed the call.
  if (statusCode === 503 && headers['x-envoy-overloaded'] !== undefined) return 'ignored';
  return 'failure';
}

/** Whether the caller stopped waiting, before its deadline. */
function isHangUp({ signal }: Call): boolean {
  return signal.aborted && !(signal.reason instanceof DeadlineError);
}
