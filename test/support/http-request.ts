import { transportNamed } from '../../src/transports/transports.js';
import type { RequestKind } from '../../src/transports/transport.js';

/** A kind of HTTP request. */
export function httpRequest(method: string, { hasKey = false } = {}): RequestKind {
  const found = transportNamed('http').requests.find(
    (request) => request.method === method && request.headers.length === (hasKey ? 1 : 0),
  );
  if (found === undefined) throw new Error(`HTTP has no ${method}`);
  return found;
}
