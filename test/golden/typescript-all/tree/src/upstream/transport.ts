import { Agent, request } from 'undici';

import type { Send } from './call.ts';

const maxAnswerBytes = 1_048_576;

/**
 * The connection pool that all upstreams share. Redirects are answers like others: where a call goes is
 * decided by configuration.
 */
export function createTransport(): Send {
  const dispatcher = new Agent({ connections: 256, maxResponseSize: maxAnswerBytes });
  return ({ method, url, headers, body = null, signal }) =>
    request(url, { method, headers, body, signal, dispatcher });
}
