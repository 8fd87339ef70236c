import type { Answer } from './call.ts';

const drainBytes = 65_536;
const drainTime = 50;

/**
 * Reads an answer that nobody needs to its end, so that its connection can be used again, unless that
 * costs more than a new connection.
 */
export async function discard({ body }: Answer): Promise<void> {
  await body.dump({ limit: drainBytes, signal: AbortSignal.timeout(drainTime) }).catch(() => {
    // The connection is closed then.
  });
}
