import {
  countedFor,
  type ExplainedCall,
  type KnownApplication,
} from '../../explain/explain-call.js';
import type { JsonValue } from '../../model/json.js';
import { describeUpstream } from './document.js';

/** The JSON form of calls by host: as for upstreams of a service, beside what acts on them. */
export function callDocument(calls: readonly ExplainedCall[]): Readonly<Record<string, JsonValue>> {
  return { upstreams: calls.map(describeCall) };
}

function describeCall(call: ExplainedCall): JsonValue {
  const { explained, application, caller, through, objects, findings, repeated, assumptions } =
    call;
  const described = describeUpstream(explained);
  return {
    ...described,
    // What the application makes of an answer is known only to itself.
    outcomes: described.outcomes.map((outcome, index) => {
      const walked = explained.outcomes[index];
      const seen = walked?.seen;
      return {
        ...outcome,
        atMost: walked?.isBound === true,
        callerSees: null,
        applicationSees: seen === undefined ? null : /^\d+$/.test(seen) ? Number(seen) : seen,
      };
    }),
    from: caller,
    port: call.port ?? null,
    through,
    carried: call.carried.as,
    countedFor: countedFor(call),
    application: application === undefined ? null : describeApplication(application),
    objects: objects.map(({ at, target, namespace, place, brings }) => ({
      at,
      target,
      namespace: namespace ?? null,
      file: place.file,
      line: place.line,
      brings,
    })),
    findings: findings.map(({ code, severity, message, fix, locations }) => ({
      code,
      severity,
      message,
      fix,
      locations: locations.map(({ file, line, column }) => ({ file, line, column })),
    })),
    repeated: repeated.map(({ target, namespace, places }) => ({
      target,
      namespace,
      places: places.map(({ file, line }) => ({ file, line })),
    })),
    assumptions: [...assumptions],
  };
}

/** null is unknown. */
function describeApplication({ tries, timeout, attemptTimeout }: KnownApplication): JsonValue {
  return {
    tries: tries?.value ?? null,
    timeoutMs: timeout?.value ?? null,
    attemptTimeoutMs: attemptTimeout?.value ?? null,
  };
}
