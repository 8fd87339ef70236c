import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';

/** Asks for `path` with Authorization headers as they are. */
export async function showToken(
  port: number,
  path: string,
  authorization: string | readonly string[],
): Promise<{ readonly status: number; readonly headers: IncomingHttpHeaders }> {
  return await new Promise((resolve, reject) => {
    // Node takes a list for several headers, which its types do not know.
    const headers = { authorization: [authorization].flat() } as unknown as OutgoingHttpHeaders;
    request({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
      response.resume();
      resolve({ status: response.statusCode!, headers: response.headers });
    })
      .on('error', reject)
      .end();
  });
}
