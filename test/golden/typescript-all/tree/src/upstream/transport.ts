import { Agent, request } from 'undici';

import type { Send } from './call.ts';

const maxAnswerBytes = 1_048_576;
const maxHeaderBytes = 65_536;

/**
 * The connection pool that all upstreams share. Redirects are answers like others: where a call goes is
 * decided by configuration. No proxy of the environment is asked: in a mesh the proxy takes what leaves
 * the pod, and its policy must see where a call goes.
 */
export function createTransport(): Send {
  const dispatcher = new Agent({
    connections: 256,
    maxHeaderSize: maxHeaderBytes,
    maxResponseSize: maxAnswerBytes,
  });
  return ({ method, url, headers, body = null, signal }) =>
    request(url, { method, headers, body, signal, dispatcher });
}
