import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { findTool } from '../mesh/support/deploy.js';
import { freePort } from '../support/free-port.js';

/** Whose tokens pass: what a RequestAuthentication says, with the keys that istiod fetched for it. */
export type Trust = {
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly keySet: string;
};

/**
 * An Envoy whose jwt_authn has what Istio writes for a RequestAuthentication, and which answers 200 where it would
 * pass a request on. It requires a token, as the AuthorizationPolicy beside does.
 */
export class TokenFilter {
  readonly port: number;
  readonly stop: () => void;

  private constructor(port: number, stop: () => void) {
    this.port = port;
    this.stop = stop;
  }

  static async start(trust: Trust): Promise<TokenFilter> {
    const path = findTool('envoy');
    if (path === undefined) throw new Error('envoy is not installed');
    const folder = mkdtempSync(join(tmpdir(), 'token-filter-'));
    const port = await freePort();
    const config = join(folder, 'envoy.json');
    writeFileSync(config, JSON.stringify(bootstrap(port, trust)));
    const options = ['--concurrency', '1', '--use-dynamic-base-id', '--log-level', 'error'];
    const envoy = spawn(path, ['--config-path', config, ...options], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const stop = (): void => {
      envoy.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    };
    const isListening = async (): Promise<boolean> =>
      await fetch(`http://127.0.0.1:${port}/`).then(
        () => true,
        () => false,
      );
    while (!(await isListening())) {
      if (envoy.exitCode !== null) {
        stop();
        throw new Error(`envoy ended: ${envoy.exitCode}`);
      }
      await setTimeout(20);
    }
    return new TokenFilter(port, stop);
  }
}

function bootstrap(port: number, { issuer, audiences, keySet }: Trust): unknown {
  const filters = 'type.googleapis.com/envoy.extensions.filters';
  return {
    static_resources: {
      listeners: [
        {
          address: { socket_address: { address: '127.0.0.1', port_value: port } },
          filter_chains: [
            {
              filters: [
                {
                  name: 'envoy.filters.network.http_connection_manager',
                  typed_config: {
                    '@type': `${filters}.network.http_connection_manager.v3.HttpConnectionManager`,
                    stat_prefix: 'inbound',
                    route_config: {
                      virtual_hosts: [
                        {
                          name: 'service',
                          domains: ['*'],
                          routes: [{ match: { prefix: '/' }, direct_response: { status: 200 } }],
                        },
                      ],
                    },
                    http_filters: [
                      {
                        name: 'envoy.filters.http.jwt_authn',
                        typed_config: {
                          '@type': `${filters}.http.jwt_authn.v3.JwtAuthentication`,
                          providers: {
                            'origins-0': {
                              issuer,
                              audiences,
                              local_jwks: { inline_string: keySet },
                              forward: true,
                              payload_in_metadata: 'payload',
                              normalize_payload_in_metadata: { space_delimited_claims: ['scope'] },
                            },
                          },
                          rules: [
                            {
                              match: { prefix: '/' },
                              requires: { provider_name: 'origins-0' },
                            },
                          ],
                        },
                      },
                      {
                        name: 'envoy.filters.http.router',
                        typed_config: { '@type': `${filters}.http.router.v3.Router` },
                      },
                    ],
                  },
                },
              ],
            },
          ],
        },
      ],
    },
  };
}
