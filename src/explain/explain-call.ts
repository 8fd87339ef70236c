import type { FailureClass, Transport } from '../transports/transport.js';
import type { Place, Value } from '../model/control.js';
import { formatDuration } from '../model/duration.js';
import type { Carried } from '../flow/carried.js';
import type { Finding } from '../model/finding.js';
import type { Flow } from '../flow/flow.js';
import type { ControlQuery } from '../flow/mesh-source.js';
import type { Selector } from '../flow/selector.js';
import { actingObjects, type ActingObject } from './acting-objects.js';
import { explainFlow, type ExplainedUpstream, type Outcome } from './explain-flow.js';
import type { LayerRow } from './layers.js';
import { withSetting } from './settings.js';
import { DEFAULT_CONNECT_TIMEOUT, seenOf, walkCall } from './walk-call.js';

/** What is known of the application that makes a call. */
export type KnownApplication = {
  readonly tries: Value<number> | undefined;
  readonly timeout: Value<number> | undefined;
  /** Time limit of one try; undefined when nothing says. */
  readonly attemptTimeout: Value<number> | undefined;
};

export type CallOutcome = Outcome & {
  /** The number of requests is the most that is possible; it may be fewer. */
  readonly isBound: boolean;
  /** What the caller gets from its sidecar; undefined where it gives up before, or never gets anything. */
  readonly seen: string | undefined;
};

/** A call by host, of an application that no scaffold.yaml describes. */
export type ExplainedCall = {
  readonly caller: string;
  readonly port: number | undefined;
  readonly through: Flow['through'];
  /** How a proxy reads the traffic. */
  readonly carried: Carried;
  readonly explained: Omit<ExplainedUpstream, 'outcomes'> & {
    readonly outcomes: readonly CallOutcome[];
  };
  /** Undefined for calls that a gateway sends on: its clients are not the application. */
  readonly application: KnownApplication | undefined;
  readonly objects: readonly ActingObject[];
  readonly findings: readonly Finding[];
  /** Objects that act on the call and are defined more than once; the last definition was read. */
  readonly repeated: readonly Repeated[];
  /** What the result rests on and no manifest says. */
  readonly assumptions: readonly string[];
};

export type Repeated = {
  /** `Kind/name` */
  readonly target: string;
  readonly namespace: string;
  readonly places: readonly Place[];
};

/**
 * What the mesh makes of a call, with what is known of the application. Where its tries are unknown, all numbers
 * are those of one of its tries.
 *
 * @param known.findings of all that was read, as `repeated`; those about the call are kept
 */
export function explainCall(
  flow: Flow,
  {
    caller,
    carried,
    all,
    application,
    rate,
    queries,
    findings,
    repeated,
    assumptions,
  }: Pick<
    ExplainedCall,
    'caller' | 'carried' | 'application' | 'findings' | 'repeated' | 'assumptions'
  > & {
    readonly all: Selector;
    readonly rate: number | undefined;
    readonly queries: readonly ControlQuery[];
  },
): ExplainedCall {
  const isBytes = carried.as === 'bytes';
  const whole = explainFlow(flow, [], { rate, queries: isBytes ? [] : queries });
  const outcomes = whole.outcomes
    .filter((one) => !isBytes && canHappen(one, flow))
    .map((one) => boundOf(one, flow, application))
    .map((one) => ({ ...one, seen: answerSeen(one, flow) }));
  const worstCase = isBytes
    ? { tries: 1, milliseconds: Infinity }
    : {
        tries: Math.max(whole.worstCase.tries, ...outcomes.map(({ requests }) => requests)),
        milliseconds: Math.max(
          whole.worstCase.milliseconds,
          ...outcomes.map(({ duration }) => duration),
        ),
      };
  const explained = { ...whole, outcomes, worstCase };
  const rows = [
    ...(application === undefined ? [] : applicationRows(application)),
    ...explained.layers.filter(({ layer }) => layer === 'mesh'),
    ...connectRow(flow),
  ];
  const objects = actingObjects(flow, all);
  return {
    caller,
    port: flow.port,
    through: flow.through,
    carried,
    explained: {
      ...explained,
      layers: isBytes ? rows.filter(holdsForBytes) : rows,
    },
    application,
    objects,
    findings: findingsOf(flow, findings, objects),
    repeated: repeated.filter(({ target, namespace }) =>
      objects.some((object) => object.target === target && object.namespace === namespace),
    ),
    assumptions: [...assumptions, ...flowAssumptions(flow)],
  };
}

/** What the caller gets from its sidecar; undefined where it gives up before, or never gets anything. */
function answerSeen({ failure, duration, segments }: Outcome, flow: Flow): string | undefined {
  const ended = segments.at(-1)?.endedBy;
  if (!Number.isFinite(duration) || ended === 'application' || ended === 'deadline')
    return undefined;
  return answerFor(ended === 'mesh' ? 'timeout' : seenOf(flow, failure), flow.transport);
}

/** What a proxy answers for a failure without an answer, and otherwise passes on. */
function answerFor(failure: FailureClass, transport: Transport): string | undefined {
  const { answers, troubleOf, unavailable } = transport;
  if (answers.some(({ code }) => code === failure)) return failure;
  const trouble = troubleOf(failure, false);
  return trouble === 'unavailable'
    ? unavailable
    : answers.find(({ code }) => troubleOf(code, false) === trouble)?.code;
}

/** True where the application tries again, and nothing says after what time. */
export function isOpenEnded(application: KnownApplication | undefined): boolean {
  if (application?.tries === undefined) return false;
  return application.tries.value > 1 && application.attemptTimeout === undefined;
}

/**
 * The most that a try which lasts can come to, where the application's time limit of a try is unknown: its deadline
 * may be one try's or be shared by all.
 */
function boundOf(
  outcome: Outcome,
  flow: Flow,
  application: KnownApplication | undefined,
): Omit<CallOutcome, 'seen'> {
  const { request, failure, title } = outcome;
  const lasts = failure === 'timeout' || failure === 'connect-timeout';
  if (!isOpenEnded(application) || !lasts) return { ...outcome, isBound: false };
  const tries = application?.tries?.value ?? 1;
  const deadline = application?.timeout?.value ?? 0;
  const limits = Array.from({ length: tries }, (_, index) =>
    deadline === 0 ? LONG : Math.floor(deadline / (index + 1)),
  );
  const walks = [
    outcome,
    ...limits.map((limit) => walkCall(withLimit(flow, limit), request, failure)),
  ];
  const most = walks.reduce((worst, walk) => (walk.requests > worst.requests ? walk : worst));
  const duration = Math.max(...walks.map((walk) => walk.duration));
  const isBound = most.requests > outcome.requests;
  return { ...most, title, duration, isBound };
}

/** A limit that ends a try, and is longer than any of the mesh, ms. */
const LONG = 86_400_000;

function withLimit(flow: Flow, limit: number): Flow {
  return withSetting(flow, ['retries', 'values', 'perTryTimeout'], limit);
}

/** Without requests there are connections, and replicas that may be ejected. */
function holdsForBytes({ what, isUnknown }: LayerRow): boolean {
  return isUnknown !== true && /^(?:connect|deadline|eject)/.test(what);
}

/** A pool that nothing limits is never full, and without ejection no replica is ejected. */
function canHappen({ failure }: Outcome, { policy }: Flow): boolean {
  if (failure === 'overloaded') return policy?.values.pool !== undefined;
  return failure !== 'ejected' || policy?.values.outlier !== undefined;
}

/** The time limit of a connect that no object sets. */
function connectRow({ policy, connectTimeout, mesh }: Flow): readonly LayerRow[] {
  if (policy?.values.pool !== undefined || connectTimeout !== undefined) return [];
  const source = `${mesh.title}'s default`;
  const value = formatDuration(DEFAULT_CONNECT_TIMEOUT);
  return [{ layer: 'mesh', what: 'connect timeout', value, source, isVerified: true }];
}

function flowAssumptions({ routes, labels }: Flow): readonly string[] {
  const byLabel = routes.some(({ values }) =>
    values.matches.some(({ sourceLabels }) => Object.keys(sourceLabels).length > 0),
  );
  return labels === undefined && byLabel
    ? ['Routes that select callers by label are taken to apply; name the caller with --from.']
    : [];
}

function applicationRows({
  tries,
  timeout,
  attemptTimeout,
}: KnownApplication): readonly LayerRow[] {
  return [
    row('deadline of the call', '--app-timeout', timeout, time),
    row('tries, the first included', '--app-tries', tries, String),
    ...(tries === undefined
      ? []
      : [row('timeout of one try', '--app-attempt-timeout', attemptTimeout, time)]),
  ];
}

function row(
  what: string,
  option: string,
  value: Value<number> | undefined,
  write: (value: number) => string,
): LayerRow {
  if (value !== undefined) {
    const text = `${write(value.value)} (${option})`;
    return { layer: 'app', what, value: text, source: 'the command line', isVerified: true };
  }
  return {
    layer: 'app',
    what,
    value: `unknown; give it with ${option}`,
    source: 'the application',
    isVerified: false,
    isUnknown: true,
  };
}

/** 0 is no limit. */
function time(ms: number): string {
  return ms === 0 ? 'none' : formatDuration(ms);
}

/** Findings about the objects that act on a call, and about the call itself. */
function findingsOf(
  flow: Flow,
  findings: readonly Finding[],
  objects: readonly ActingObject[],
): readonly Finding[] {
  const names = new Set(
    objects.map(({ target, namespace, place }) => nameOf(place, target, namespace)),
  );
  return findings.filter(
    ({ target, locations }) =>
      target === flow.name ||
      locations.some((place) => place.object !== undefined && names.has(nameOf(place, '', ''))),
  );
}

function nameOf({ object }: Place, target: string, namespace = ''): string {
  return object === undefined
    ? `${namespace} ${target}`
    : `${object.namespace} ${object.kind}/${object.name}`;
}

/** What the numbers are of. */
export function countedFor({ application }: ExplainedCall): string {
  if (application === undefined) return 'one request at the gateway';
  return application.tries === undefined ? 'one try of the application' : 'one call';
}
