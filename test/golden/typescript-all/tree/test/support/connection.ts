import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';

import type { FastifyInstance } from 'fastify';

/** A connection of a client that sends what it is told, and nothing else. */
export async function openConnection({ server }: FastifyInstance) {
  const { port } = server.address() as AddressInfo;
  const accepted = once(server, 'connection');
  const socket = connect(port).setEncoding('utf8');
  await accepted;
  return {
    send: (head: string) => socket.write(`${head}\r\nhost: localhost\r\n\r\n`),
    /** All that was received, when the server has closed the connection. */
    received: (async () => {
      let text = '';
      for await (const chunk of socket) text += String(chunk);
      return text;
    })(),
    destroy: () => socket.destroy(),
  };
}
