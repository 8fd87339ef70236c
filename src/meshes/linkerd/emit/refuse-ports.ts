import type { MeshIntent, Refusal } from '../../../model/mesh-emitter.js';

/** Ports of the proxy: outbound, inbound, and its two for administration (charts/linkerd-control-plane, values.yaml). */
const OF_PROXY = [4140, 4143, 4190, 4191];

/** A port that the proxy of the pod listens on, too: one of both would not start. */
export function refusePorts({ served: { ports } }: MeshIntent): Refusal | undefined {
  const port = ports.find((each) => OF_PROXY.includes(each));
  if (port === undefined) return undefined;
  return {
    message: `the service listens on port ${port}, which Linkerd's proxy keeps for itself, as it does ${OF_PROXY.filter((each) => each !== port).join(', ')}.`,
    hint: 'Set service.port (or service.healthPort) to another port, such as 8080.',
  };
}
