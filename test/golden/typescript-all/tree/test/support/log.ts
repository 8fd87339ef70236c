import type { FastifyBaseLogger } from 'fastify';

import { createLogger } from '../../src/log.ts';

export type LogLine = Readonly<Record<string, unknown>>;

/** A logger, and the lines that it has written. */
export function captureLog(): { log: FastifyBaseLogger; lines: LogLine[] } {
  const lines: LogLine[] = [];
  const log = createLogger({
    write: (line) => {
      lines.push(JSON.parse(line) as LogLine);
    },
  });
  return { log, lines };
}
