import type { ContractReading } from '../model/contract.js';
import type { PathMatch, RouteMatch } from '../model/mesh-control.js';

export type { PathMatch };

/** A kind of request, as routes and retries tell it from others. */
export type RequestKind = {
  /** What is asked for: an HTTP method, the full name of a gRPC method. */
  readonly method: string;
  /** Headers that it carries and that a route may ask for, in lower case. */
  readonly headers: readonly string[];
  /** It may be done twice. */
  readonly isRepeatable: boolean;
};

/** What an upstream answers when it fails: `503`, `UNAVAILABLE`. */
export type AnswerCode = Uppercase<string>;

/** A failed answer as a proxy beside the application sees it. */
export type FailedAnswer = {
  readonly code: AnswerCode;
  /** HTTP status of its headers. */
  readonly status: number;
  /** Status word in its headers where the transport has one, such as `unavailable`; one in trailers is not seen. */
  readonly word?: string;
};

/** Ways of failing without an answer: every transport has them. */
export const silentFailures = [
  'connect-failure',
  'reset-before-request',
  'reset',
  'timeout',
] as const;

/** After these nothing has read the request: what repeats them makes further connections, and no further work. */
export function isUnprocessed(failure: FailureClass): boolean {
  return failure === 'connect-failure' || failure === 'reset-before-request';
}

/** The ways in which one try can fail: without an answer, or with one of the transport's. */
export type FailureClass = (typeof silentFailures)[number] | AnswerCode;

/**
 * `overloaded`: the sidecar's own pool is full. `ejected`: it knows no healthy replica. Nothing leaves the
 * pod in either case. `connect-timeout`: nothing answers a connect, as when a node is gone.
 */
export type CallFailure = FailureClass | 'overloaded' | 'ejected' | 'connect-timeout';

/** What a failed upstream is to a service that must answer its own caller. */
export type Trouble = 'unavailable' | 'late' | 'broken';

/** What a route's match says of a request; `maybe` where more is asked than is known. */
export type MatchAnswer = 'yes' | 'maybe' | 'no';

export type Scheme = {
  /** Port of a URL without one. */
  readonly port: number;
  /** The process encrypts by itself: a proxy passes bytes on, without routes, retries and answers. */
  readonly isOpaque: boolean;
};

/**
 * All that is special to one way of calling. `src/transports/<id>/transport.ts` exports one as `transport`; nothing
 * else in src knows methods, headers of requests, statuses or codes. Pure.
 */
export type Transport = {
  readonly id: string;
  /** Schemes of URLs that declare it. */
  readonly schemes: Readonly<Record<string, Scheme>>;
  /** It is spoken over HTTP/2 alone: a proxy that takes a port for HTTP/1 breaks it. */
  readonly needsHttp2?: boolean;
  /** Methods by which a service of it says that it takes requests, the one that probes call first. */
  readonly healthMethods?: readonly [string, ...string[]];
  /** What a declared method is called; undefined where methods are always the same. */
  readonly methodName?: { readonly pattern: RegExp; readonly form: string };
  /**
   * Files in which services declare their methods: how such a file's name ends, and what it says. Reading never throws;
   * methods have the names that `methodName` describes.
   */
  readonly contract?: {
    readonly extension: string;
    readonly read: (text: string) => ContractReading;
  };
  /** The first that may be repeated, and the first that may not, are what `explain` and `simulate` play. */
  readonly requests: readonly RequestKind[];
  /** True when a route's match is about such a request; of the match only what a transport knows is looked at. */
  readonly meets: (
    match: Pick<RouteMatch, 'methods' | 'headers' | 'path'>,
    request: RequestKind,
  ) => MatchAnswer;
  readonly answers: readonly FailedAnswer[];
  /** What an upstream in trouble, and a proxy without a healthy replica, answer. */
  readonly unavailable: AnswerCode;
  /** What an upstream with a defect answers. */
  readonly defective: AnswerCode;
  /** What a proxy answers, or an upstream behind another proxy, where the application behind it did not. */
  readonly gatewayErrors: readonly AnswerCode[];
  /** Answers for a token that is missing or bad, and for one that is good and not enough. */
  readonly unauthenticated: AnswerCode;
  readonly forbidden: AnswerCode;
  /** False for an answer of an upstream that is well, such as one that asks for fewer calls. */
  readonly isFault: (failure: CallFailure) => boolean;
  /**
   * True when the words of an application's retries cover a failure.
   *
   * @param isOpaque the proxy passes bytes on, so that the application sees what its own transport reports
   */
  readonly covers: (words: readonly string[], failure: FailureClass, isOpaque: boolean) => boolean;
  /** What a failed call is to the service that made it; `isOpaque` as for `covers`. */
  readonly troubleOf: (failure: FailureClass, isOpaque: boolean) => Trouble;
  /** What a service that is itself called so answers when an upstream fails. */
  readonly replies: Readonly<Record<Trouble, number | string>>;
};

/** Every way in which one try can fail. */
export function failuresOf({ answers }: Transport): readonly FailureClass[] {
  return [...silentFailures, ...answers.map(({ code }) => code)];
}

/** How a failure looks to policies that repeat: the sidecar's own are those of an upstream that is unavailable. */
export function classOf(failure: CallFailure, { unavailable }: Transport): FailureClass {
  if (failure === 'overloaded' || failure === 'ejected') return unavailable;
  return failure === 'connect-timeout' ? 'connect-failure' : failure;
}
