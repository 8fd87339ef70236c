import type { Flow } from '../flow/flow.js';
import { isOpaque, unrepeatableRequest, usualRequest } from '../flow/reached.js';
import type { CallFailure, RequestKind } from '../transports/transport.js';

/** What can happen to a call, with the words that people will read. */
export type CallCase = {
  readonly title: string;
  readonly request: RequestKind;
  readonly failure: CallFailure;
};

/** How `casesOf` calls an upstream that does not answer. */
export const HANGS = 'hangs';

/** The cases that can happen: a sidecar that only passes bytes on answers nothing itself. */
export function casesOf(flow: Flow): readonly CallCase[] {
  const { unavailable, defective } = flow.transport;
  const read = usualRequest(flow);
  const write = unrepeatableRequest(flow);
  const often: readonly Omit<CallCase, 'request'>[] = [
    { title: 'connect refused', failure: 'connect-failure' },
    { title: 'connect hangs', failure: 'connect-timeout' },
    { title: 'reset', failure: 'reset' },
    { title: `upstream ${unavailable}`, failure: unavailable },
  ];
  const { proxy = 'sidecar' } = flow;
  const hangs = { title: HANGS, failure: 'timeout' } as const;
  // A mesh without a word for pools never sheds.
  const ofProxy = [
    ...(flow.mesh.words.maxRequests === ''
      ? []
      : [{ title: `${proxy}: pool full`, failure: 'overloaded' } as const]),
    { title: `${proxy}: all ejected`, failure: 'ejected' } as const,
  ];
  const defect = { title: `upstream ${defective}`, failure: defective };
  return [
    ...[...often, defect, hangs, ...(isOpaque(flow) ? [] : ofProxy)].map((one) => ({
      ...one,
      request: read,
    })),
    ...(write === undefined
      ? []
      : [...often, hangs].map(({ title, failure }) => ({
          title: `${write.method}, ${title}`,
          failure,
          request: write,
        }))),
  ];
}
