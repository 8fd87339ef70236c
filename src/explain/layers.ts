import type { Value } from '../model/control.js';
import { formatDuration } from '../model/duration.js';
import type { RouteControl } from '../model/mesh-control.js';
import type { Composition } from '../flow/composition.js';
import type { Flow } from '../flow/flow.js';
import { cite, originOf } from '../rules/rule.js';
import { isOpaque } from '../flow/reached.js';

/** One line of the table of layers: a value, its unit in the text, and where it is set. */
export type LayerRow = {
  readonly layer: 'app' | 'mesh';
  readonly what: string;
  readonly value: string;
  /** `file:line`, or whose default it is. */
  readonly source: string;
  /** False for values that stand in code nobody read. */
  readonly isVerified: boolean;
  /** Nobody has declared it, and nothing is assumed. */
  readonly isUnknown?: true;
};

/** What code made by hand does, as far as nobody has declared it: nothing is assumed of it. */
export type UnknownRow = {
  readonly what: string;
  /** What to declare in scaffold.yaml; undefined where no setting says it. */
  readonly setting: string | undefined;
};

/** A value that stands in scaffold.yaml or in the code of the templates, and that nobody read from what runs. */
export function isDeclared({ isVerified, isUnknown }: LayerRow): boolean {
  return !isVerified && isUnknown !== true;
}

/** How numbers about calls are to be read where the code that makes them is unknown. */
export const UNKNOWN_CALLS =
  "unknown: what the service's own code does and scaffold.yaml does not declare. The numbers above hold for code that tries once, within the deadline shown; it may do more.";

/** What is unknown of the service itself and of its calls to one upstream. */
export function unknownOf({ all }: Pick<Composition, 'all'>, name: string): readonly UnknownRow[] {
  return all('app/undeclared')
    .filter(({ values: { upstream } }) => upstream === undefined || upstream === name)
    .map(({ values: { what, setting } }) => ({ what, setting }));
}

/** Every policy that acts on a call, outermost first. */
export function layersOf(flow: Flow, unknown: readonly UnknownRow[] = []): readonly LayerRow[] {
  const isUnknown = (what: string): boolean => unknown.some((row) => row.what === what);
  return [
    ...appLayers(flow).filter(({ what }) => !isUnknown(what)),
    ...unknown.map(unknownRow),
    ...pathLayers(flow),
    ...routeLayers(flow),
    ...poolLayers(flow),
  ];
}

function unknownRow({ what, setting }: UnknownRow): LayerRow {
  const value = setting === undefined ? 'unknown' : `unknown; declare ${setting} in scaffold.yaml`;
  const source = "the service's own code";
  return { layer: 'app', what, value, source, isVerified: false, isUnknown: true };
}

function appLayers({ call, retries, breaker, mesh }: Flow): LayerRow[] {
  const app = rows('app', mesh);
  return [
    ...(call === undefined ? [] : [app('deadline of the call', call.values.timeout, time)]),
    ...(retries === undefined
      ? []
      : [
          app('tries, the first included', retries.values.tries, String),
          app('timeout of one try', retries.values.perTryTimeout, time),
          app(
            'longest pauses',
            retries.values.backoffMax,
            (max) => `${time(retries.values.backoffInitial.value)} doubling to ${time(max)}`,
          ),
          app('repeated', retries.values.on, (on) => on.join(', ')),
        ]),
    ...(breaker === undefined
      ? []
      : [
          app(
            'breaker',
            breaker.values.failureRatio,
            (ratio) =>
              `opens at ${Math.round(ratio * 100)} % of ≥ ${breaker.values.minimumRequests.value} calls in ${time(breaker.values.window.value)}`,
          ),
          app('breaker stays open', breaker.values.openFor, time),
        ]),
  ];
}

/** The routes by which calls are counted: without any, what a sidecar does by default. */
export function shownRoutes(flow: Flow): readonly RouteControl[] {
  return flow.routes.length === 0 && !isOpaque(flow) ? [flow.defaultRoute] : flow.routes;
}

/** What calls pass, where it is more than a proxy of the caller's own. */
function pathLayers({ stations, mesh }: Flow): LayerRow[] {
  if (stations === undefined) return [];
  const value = stations.join(' → ');
  const source = `${mesh.title}'s data plane`;
  return [{ layer: 'mesh', what: 'passes', value, source, isVerified: true }];
}

function routeLayers(flow: Flow): LayerRow[] {
  const mesh = rows('mesh', flow.mesh);
  const { words } = flow.mesh;
  const first = words.countsFirst ? 1 : 0;
  return shownRoutes(flow).flatMap(({ values }) => [
    mesh(`${values.name}: timeout`, values.timeout, (ms) => (ms === 0 ? 'none' : time(ms))),
    mesh(`${values.name}: tries`, values.attempts, (attempts) =>
      attempts === 0 && words.noRetries !== undefined
        ? `1 (${words.noRetries})`
        : `${1 + attempts} (${words.tries}: ${attempts + first})`,
    ),
    ...(values.attempts.value === 0
      ? []
      : [mesh(`${values.name}: ${words.retryOn}`, values.retryOn, (causes) => causes.join(', '))]),
    ...(values.perTryTimeout.value === 0
      ? []
      : [mesh(`${values.name}: ${words.perTryTimeout}`, values.perTryTimeout, time)]),
  ]);
}

function poolLayers(flow: Flow): LayerRow[] {
  const { policy, replicas, transport, connectTimeout, failFast, mesh: own } = flow;
  const mesh = rows('mesh', own);
  const { pool, outlier, retryBudget } = policy?.values ?? {};
  return [
    ...(pool !== undefined || connectTimeout === undefined
      ? []
      : [mesh('connect timeout', connectTimeout, time)]),
    ...(failFast === undefined || isOpaque(flow)
      ? []
      : [mesh('waits for a replica', failFast, (ms) => `${time(ms)} while none may be asked`)]),
    ...(pool === undefined
      ? []
      : [
          mesh('connect timeout', pool.connectTimeout, time),
          mesh('requests at once', pool.http2MaxRequests, count),
          mesh('requests waiting', pool.http1MaxPendingRequests, count),
        ]),
    ...(retryBudget === undefined
      ? []
      : [
          mesh(
            'retry budget',
            retryBudget.percent,
            (percent) => `${percent} % of the requests in flight`,
          ),
        ]),
    ...(outlier === undefined
      ? []
      : [
          mesh(
            'ejection',
            outlier.consecutive5xxErrors,
            (errors) =>
              `after ${errors} errors in a row, for ${time(outlier.baseEjectionTime.value)}`,
          ),
          ...(outlier.consecutiveGatewayErrors.value === 0
            ? []
            : [
                mesh(
                  `ejection by ${transport.gatewayErrors.slice(0, -1).join(', ')} and ${transport.gatewayErrors.at(-1) ?? ''}`,
                  outlier.consecutiveGatewayErrors,
                  (errors) => `after ${errors} in a row`,
                ),
              ]),
          mesh('ejected at most', outlier.maxEjectionPercent, (percent) =>
            replicas === undefined
              ? `${percent} %`
              : `${Math.floor((percent * replicas.value) / 100)} of ${replicas.value} replicas (${percent} %)`,
          ),
        ]),
  ];
}

function rows(layer: LayerRow['layer'], mesh: Pick<Flow['mesh'], 'title'>) {
  return <T>(what: string, value: Value<T>, write: (value: T) => string): LayerRow => ({
    layer,
    what,
    value: write(value.value),
    source: sourceOf(value, mesh),
    isVerified: value.basis !== 'declared',
  });
}

/** `file:line`, or whose default it is. */
export function sourceOf(value: Value<unknown>, { title }: Pick<Flow['mesh'], 'title'>): string {
  return value.basis === 'default' ? `${title}'s default` : cite(originOf(value));
}

function time(ms: number): string {
  return formatDuration(ms);
}

/** 0 is unset. */
function count(value: number): string {
  return value === 0 || value >= 2 ** 32 - 1 ? 'unlimited' : String(value);
}
