import type { DetectedDeployment } from './detect-deployment.js';
import type { DetectedTransport } from './detect-transport.js';

/** What scaffold.yaml says of a service that is not called in the usual way. */
export type Called = {
  readonly port: number | undefined;
  readonly healthPort: number | undefined;
  readonly probes: { readonly live: string | undefined; readonly ready: string | undefined };
  readonly notes: readonly string[];
};

/** Where such a port stands in code, the surest place first. */
const PORTS = [
  /\bGRPC_(?:\w+_)?PORT\b[^\n]{0,60}?["'`:=\s|?(](\d{2,5})\b/,
  /\bnet\.Listen\([^,\n]*,\s*["'`][^"'`\n]*:(\d{2,5})["'`]/,
  /\bbindAsync\(\s*["'`][^"'`\n]*:(\d{2,5})["'`]/,
];

/**
 * Its port and where probes ask: by the method for that, or over HTTP at a second port as its own Deployment does.
 *
 * @param usual the port that a service called in the usual way would have
 */
export function describeTransport(
  { transport, path, methods, contracts, hasHealth }: DetectedTransport,
  {
    deployment,
    sources,
    usual,
  }: {
    readonly deployment: DetectedDeployment | undefined;
    readonly sources: readonly (readonly [path: string, text: string])[];
    readonly usual: number | undefined;
  },
): Called {
  const port = deployment?.grpcPort ?? findPort(sources) ?? usual;
  const [method] = transport.healthMethods ?? [];
  const { probePort, isAsked, live, ready } = deployment ?? {};
  const isApart = isAsked === undefined && probePort !== undefined && probePort !== port;
  const healthPort = isApart ? probePort : undefined;
  const asked = isAsked ?? { live: false, ready: hasHealth };
  const probes = isApart
    ? { live: live ?? ready, ready: ready ?? live }
    : { live: asked.live ? method : undefined, ready: asked.ready ? method : undefined };
  return {
    port,
    healthPort,
    probes,
    notes: [
      `Called by ${transport.id}: ${path}.`,
      methods.length === 0
        ? `Methods: unknown, since no ${transport.contract?.extension ?? ''} file here has its services; declare service.methods for routes and policies by method.`
        : `${methods.length} methods, ${methods.filter((one) => one.idempotent === true).length} of them idempotent: ${contracts.join(', ')}.`,
    ],
  };
}

function findPort(sources: readonly (readonly [string, string])[]): number | undefined {
  for (const pattern of PORTS) {
    for (const [, text] of sources) {
      const value = Number(pattern.exec(text)?.[1]);
      if (value > 0 && value <= 65_535) return value;
    }
  }
  return undefined;
}
