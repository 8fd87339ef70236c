import { quote } from '../../../model/text.js';
import type { Problem, ValuePath } from '../../../manifests/manifest-file.js';
import { problem } from '../../../manifests/problem.js';
import { isAddress } from './address.js';

type Port = { readonly number?: number };
type Ingress = { readonly port?: Port; readonly bind?: string; readonly defaultEndpoint?: string };
type Egress = { readonly port?: Port; readonly bind?: string };

/** What ValidateSidecar asks of the listeners, their hosts left out. */
export function* checkListeners(
  ingress: readonly Ingress[],
  egress: readonly Egress[],
): Generator<Problem> {
  yield* checkPorts(['spec', 'ingress'], ingress);
  yield* checkPorts(['spec', 'egress'], egress);
  for (const [index, { defaultEndpoint = '' }] of ingress.entries()) {
    const isFree = defaultEndpoint === '' || defaultEndpoint.startsWith('unix://');
    if (!isFree && !/^(?:127\.0\.0\.1|0\.0\.0\.0|\[::1?\])?:\d{1,5}$/.test(defaultEndpoint))
      yield problem(
        ['spec', 'ingress', index, 'defaultEndpoint'],
        `${quote(defaultEndpoint)} must be 127.0.0.1:PORT, 0.0.0.0:PORT, [::1]:PORT, [::]:PORT or unix://PATH.`,
      );
  }
}

function* checkPorts(
  at: ValuePath,
  listeners: readonly { readonly port?: Port; readonly bind?: string }[],
): Generator<Problem> {
  const seen = new Set<number>();
  for (const [index, { port, bind = '' }] of listeners.entries()) {
    const number = port?.number ?? 0;
    if (seen.has(number))
      yield problem([...at, index, 'port', 'number'], `the port ${number} has a listener already.`);
    if (number !== 0) seen.add(number);
    if (bind !== '' && !bind.startsWith('unix://') && !isAddress(bind))
      yield problem([...at, index, 'bind'], `${quote(bind)} is no address.`);
  }
}
