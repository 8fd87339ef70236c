import type { Place } from '../../../model/control.js';
import type { Composition } from '../../../flow/composition.js';
import type { Rule } from '../../../rules/rule.js';

const DEAD =
  /^x-envoy-(?:max-retries|retry-on|retry-grpc-on|upstream-rq-timeout-ms|upstream-rq-per-try-timeout-ms)$/i;

type Sent = { readonly header: string; readonly target: string; readonly place: Place };

export const overrideHeaderDead: Rule = {
  code: 'OVERRIDE_HEADER_DEAD',
  severity: 'error',
  layer: 'both',
  title: 'The application asks the sidecar for retries or a timeout by header, and is not heard.',
  reads: ['app/call'],
  why: 'A sidecar strips these headers, since no address is internal by default (PILOT_SIDECAR_USE_REMOTE_ADDRESS is false; Envoy 1.33; measured; istio#14923, #19550). The request-timeouts task of istio.io still promises them.',
  fix: 'State the value on the route; for gRPC use grpc-timeout, which is honoured.',
  check: (composition) =>
    sentHeaders(composition).map(({ header, target, place }) => ({
      target,
      at: place,
      message: `${header} is sent to the sidecar, which strips it: the value never acts.`,
      fix: `Drop ${header}, and set ${/timeout/.test(header) ? 'timeout' : 'retries'} on a route of the VirtualService instead.`,
    })),
};

function sentHeaders({ flows, workload }: Composition): Sent[] {
  const declared = flows.flatMap(({ load, name }) => {
    const headers = load?.values.headers;
    return (headers?.value ?? [])
      .filter((header) => DEAD.test(header))
      .flatMap((header) =>
        headers === undefined ? [] : [{ header, target: name, place: headers.place }],
      );
  });
  const configured = [...(workload?.values.variables ?? [])].flatMap(([, { value, place }]) => {
    const header = value.split(/[\s,:=;]+/).find((word) => DEAD.test(word));
    return header === undefined ? [] : [{ header, target: workload?.target ?? '', place }];
  });
  return [...declared, ...configured];
}
