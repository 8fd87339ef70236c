import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * A port that nobody listens on, of those that systems do not give to servers that ask for any: between this
 * answer and its use, another test could get it.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    const server = createServer().listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch {
      continue;
    }
    server.close();
    await once(server, 'close');
    return port;
  }
}
