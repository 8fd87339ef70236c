import { expect, test } from 'vitest';

import type { LogLine } from '../service.js';
import type { Surroundings } from '../surroundings.js';

/** The fields of every line that the services of this suite log, by its message. */
const fields: Readonly<Record<string, readonly string[]>> = {
  'circuit breaker changed': ['from', 'refused', 'to', 'upstream'],
  'keys not fetched': ['error', 'uri'],
  'request was sent before': ['attempt'],
  'retry budget is spent': ['reason', 'upstream'],
  'service failed': ['error'],
  'service started': ['address', 'version'],
  'service stops': [],
  'telemetry was not exported': ['error'],
  'the last telemetry was lost': ['error'],
  'token not verified': ['error'],
  'token refused': ['error'],
  'upstream call failed': ['error'],
  'variable not used': ['error', 'variable'],
};

const ofEveryLine = ['level', 'msg', 'time'];
const ofRequests = ['span_id', 'trace_flags', 'trace_id'];

/** Comes last: it looks at what was logged during all other scenarios. */
export function logFields(around: Surroundings): void {
  test('lines with one message have the same fields, whoever logs them', () => {
    const seen: Record<string, string[]> = {};
    for (const line of around.lines) {
      expect(Object.keys(line)).toEqual(expect.arrayContaining(ofEveryLine));
      seen[String(line.msg)] ??= ownFields(line);
      expect(seen[String(line.msg)]).toEqual(ownFields(line));
    }
    expect(seen).toEqual(fields);
  });

  test('lines of a request name its trace, with all or none of its fields', () => {
    for (const line of around.lines) {
      const ofTrace = Object.keys(line).filter((field) => ofRequests.includes(field));
      expect([0, ofRequests.length]).toContain(ofTrace.length);
    }
  });
}

function ownFields(line: LogLine): string[] {
  const shared = [...ofEveryLine, ...ofRequests];
  return Object.keys(line)
    .filter((field) => !shared.includes(field))
    .sort();
}
