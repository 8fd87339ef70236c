import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createSecureServer, type Http2SecureServer, type ServerHttp2Stream } from 'node:http2';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { HttpStub } from '../stubs/http-stub.js';
import { found } from '../stubs/upstream.js';
import type { Surroundings } from '../surroundings.js';

const path = '/v1/upstreams/inventory/items/7';
const item = '{"id":"7","name":"a name"}';

/** What connections carry, and what becomes of a request whose connection is lost. */
export function connections(around: Surroundings): void {
  describe('connections', () => {
    test.each([
      [1, 200],
      [17, 200],
      [60, 200],
      [70, 431],
    ])('headers of %i KiB get %i', async (kilobytes, status) => {
      const service = await around.start();
      around.upstream.play(found);
      const headers = { ...around.authorized, 'x-large': 'x'.repeat(kilobytes * 1_024) };
      expect(await service.get(path, headers)).toHaveProperty('status', status);
    });

    test('a proxy of the environment is not asked', async () => {
      let asked = 0;
      const proxy = await new HttpStub((_request, response) => {
        asked += 1;
        response.setHeader('content-type', 'application/json').end(item);
      }).start();
      onTestFinished(() => proxy.stop());
      const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'];
      const service = await around.start({
        ...Object.fromEntries(names.map((name) => [name, proxy.url])),
        UPSTREAM_INVENTORY_URL: 'http://inventory.invalid',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.invalid:4318',
      });
      expect(await service.get(path, around.authorized)).toHaveProperty('status', 502);
      expect(await service.stop()).toBe(0);
      expect(asked).toBe(0);
    });

    test('a reset on a warm connection costs as many requests as there are tries', async () => {
      let requests = 0;
      const url = await listen((request, response) => {
        requests += 1;
        if (requests === 1) response.setHeader('content-type', 'application/json').end(item);
        else request.socket.resetAndDestroy();
      });
      const service = await around.start({ UPSTREAM_INVENTORY_URL: url });
      expect(await service.get(path, around.authorized)).toHaveProperty('status', 200);
      expect(await service.get(path, around.authorized)).toHaveProperty('status', 502);
      expect(requests).toBe(1 + 2);
    });

    // Over TLS a service may speak HTTP/2, where an upstream ends one request or all of a connection.
    test.each(['refused stream', 'reset stream', 'goaway', 'closed connection'] as const)(
      'a %s is a reset',
      async (end) => {
        const { url, authority, requests } = await listenSecurely(end);
        const service = await around.start({
          UPSTREAM_INVENTORY_URL: url,
          SSL_CERT_FILE: authority,
          NODE_EXTRA_CA_CERTS: authority,
        });
        expect(await service.get(path, around.authorized)).toHaveProperty('status', 502);
        expect(requests()).toBe(2);
      },
    );
  });
}

async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

type End = 'refused stream' | 'reset stream' | 'goaway' | 'closed connection';

const refusedStream = 7;
const internalError = 2;

/** An upstream that speaks HTTP/2 and 1.1, and ends every request in one way. */
async function listenSecurely(end: End) {
  const { key, cert, authority } = makeCertificate();
  let requests = 0;
  const server: Http2SecureServer = createSecureServer({ key, cert, allowHTTP1: true });
  server.on('stream', (stream: ServerHttp2Stream) => {
    requests += 1;
    stream.on('error', () => undefined);
    if (end === 'refused stream') stream.close(refusedStream);
    else if (end === 'reset stream') stream.close(internalError);
    else {
      if (end === 'goaway') stream.session?.goaway(internalError);
      setImmediate(() => stream.session?.destroy());
    }
  });
  server.on('request', (request) => {
    if (request.httpVersionMajor > 1) return; // the stream has been counted
    requests += 1;
    request.socket.destroy();
  });
  server.on('sessionError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `https://127.0.0.1:${port}`, authority, requests: () => requests };
}

/** A key and a certificate for this machine, which is its own authority. */
function makeCertificate() {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-tls-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  execFileSync(
    'openssl',
    // prettier-ignore
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
      '-subj', '/CN=inventory', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
    { stdio: 'pipe' },
  );
  return { key: readFileSync(key), cert: readFileSync(cert), authority: cert };
}
