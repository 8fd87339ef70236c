import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';

import { findTool } from '../mesh/support/deploy.js';
import { freePort } from '../support/free-port.js';

export type Workload = {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
};

/**
 * The sidecar of a workload: an Envoy that Istio's own discovery code configures from manifests. Nothing intercepts
 * connections here, so that callers use it as an HTTP proxy: each port of a Service is one on loopback. It neither
 * has nor asks for certificates.
 */
export class Sidecar {
  readonly #admin: string;
  readonly #stop: () => void;

  private constructor(admin: number, stop: () => void) {
    this.#admin = `http://127.0.0.1:${admin}`;
    this.#stop = stop;
  }

  /** @param manifests documents of YAML: Istio's objects, Services and EndpointSlices */
  static async start(workload: Workload, manifests: string): Promise<Sidecar> {
    const folder = mkdtempSync(join(tmpdir(), 'sidecar-'));
    const children: ChildProcess[] = [];
    const stop = (): void => {
      for (const child of children) child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    };
    try {
      const file = (name: string, text: string): string => {
        writeFileSync(join(folder, name), text);
        return join(folder, name);
      };
      const istiod = startTool('istiod', [file('manifests.yaml', manifests)]);
      children.push(istiod);
      const admin = await freePort();
      const config = bootstrap(workload, { xds: await readAddress(istiod), admin });
      children.push(
        startTool('envoy', [
          ...['--config-path', file('envoy.json', JSON.stringify(config))],
          ...['--concurrency', '1', '--use-dynamic-base-id', '--log-level', 'error'],
        ]),
      );
      const sidecar = new Sidecar(admin, stop);
      await sidecar.#untilReady(children);
      return sidecar;
    } catch (error) {
      stop();
      throw error;
    }
  }

  stop(): void {
    this.#stop();
  }

  /** The sum of a counter over the clusters of Istio that lead out of the workload. */
  async counter(name: string): Promise<number> {
    const filter = encodeURIComponent(`^cluster\\.outbound.*\\.${name}$`);
    const text = await (await fetch(`${this.#admin}/stats?filter=${filter}`)).text();
    return text
      .split('\n')
      .filter((line) => line !== '')
      .reduce((sum, line) => sum + Number(line.split(': ').at(-1)), 0);
  }

  /** Ready is an Envoy that has its first configuration whole. */
  async #untilReady(children: readonly ChildProcess[]): Promise<void> {
    for (;;) {
      const ended = children.find(({ exitCode }) => exitCode !== null);
      if (ended !== undefined) throw new Error(`${ended.spawnfile} ended: ${ended.exitCode}`);
      const isReady = await fetch(`${this.#admin}/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isReady) return;
      await setTimeout(20);
    }
  }
}

/** Istio's features that only its own build of Envoy has are switched off. */
const environment = {
  PILOT_ENABLE_ALPN_FILTER: 'false',
  PILOT_ENABLE_METADATA_EXCHANGE: 'false',
};

function startTool(name: string, args: readonly string[]): ChildProcess {
  const path = findTool(name);
  if (path === undefined) throw new Error(`${name} is not installed`);
  return spawn(path, args, {
    env: { ...process.env, ...environment },
    // Istio's tests say a lot on standard error.
    stdio: ['pipe', 'pipe', name === 'envoy' ? 'inherit' : 'ignore'],
  });
}

/** The address that it says when it is ready. */
async function readAddress(istiod: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: istiod.stdout! })) {
    const [word, address] = line.split(' ');
    if (word === 'xds' && address !== undefined) {
      istiod.stdout!.resume();
      return address;
    }
  }
  throw new Error('istiod ended before it was ready');
}

/** What an injected proxy starts with, as far as the discovery code looks at it. */
function bootstrap(
  { name, namespace, labels }: Workload,
  { xds, admin }: { readonly xds: string; readonly admin: number },
): unknown {
  const stream = { ads: {}, resource_api_version: 'V3' };
  const [host, port] = xds.split(':');
  return {
    node: {
      id: `sidecar~127.0.0.21~${name}-1.${namespace}~${namespace}.svc.cluster.local`,
      cluster: `${name}.${namespace}`,
      metadata: {
        INTERCEPTION_MODE: 'NONE',
        NAMESPACE: namespace,
        LABELS: labels,
        ISTIO_VERSION: '1.31.0',
        CLUSTER_ID: 'Kubernetes',
      },
    },
    admin: { address: address('127.0.0.1', admin) },
    dynamic_resources: {
      lds_config: stream,
      cds_config: stream,
      ads_config: {
        api_type: 'GRPC',
        transport_api_version: 'V3',
        grpc_services: [{ envoy_grpc: { cluster_name: 'xds-grpc' } }],
      },
    },
    static_resources: {
      clusters: [
        {
          name: 'xds-grpc',
          typed_extension_protocol_options: {
            'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
              '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
              explicit_http_config: { http2_protocol_options: {} },
            },
          },
          load_assignment: {
            cluster_name: 'xds-grpc',
            endpoints: [
              { lb_endpoints: [{ endpoint: { address: address(host!, Number(port)) } }] },
            ],
          },
        },
      ],
    },
  };
}

function address(host: string, port: number): unknown {
  return { socket_address: { address: host, port_value: port } };
}
