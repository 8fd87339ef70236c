import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';

/**
 * Stands for the redirection that takes a service's requests to its sidecar: the generated services obey no proxy
 * settings, so that they call this and not the name of their upstream. It writes that name in the Host header, and
 * ends what either side ends.
 * @param host what the service means to call, with its port
 * @param sidecar where the sidecar listens
 */
export async function redirect(
  host: string,
  sidecar: { readonly host: string; readonly port: number },
): Promise<{ readonly url: string; readonly stop: () => void }> {
  const server = createServer((incoming, answer) => {
    const { method, url: path } = incoming;
    const headers = { ...incoming.headers, host };
    const outgoing = request({ ...sidecar, method, path, headers, agent: false }, (response) => {
      answer.writeHead(response.statusCode!, response.headers);
      pipeline(response, answer).catch(() => answer.destroy());
    });
    answer.on('close', () => outgoing.destroy());
    pipeline(incoming, outgoing).catch(() => answer.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
