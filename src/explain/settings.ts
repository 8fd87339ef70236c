import type { Value } from '../model/control.js';
import { formatDuration } from '../model/duration.js';
import type { RouteControl } from '../model/mesh-control.js';
import type { Flow } from '../flow/flow.js';
import { shownRoutes, sourceOf } from './layers.js';

/** A number of a flow that a person may turn. */
export type Setting = {
  /** Path of the number within the flow. */
  readonly path: readonly string[];
  readonly group: string;
  readonly title: string;
  readonly unit: 'ms' | '%' | 'ratio' | 'count';
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly value: number;
  /** The word for 0, or for the largest number. */
  readonly words: { readonly least?: string; readonly most?: string };
  /** `file:line`, or whose default it is. */
  readonly source: string;
};

type Shape = Pick<Setting, 'unit'> & Partial<Pick<Setting, 'min' | 'max' | 'words'>>;

const TIME: Shape = { unit: 'ms', min: 0, words: { least: 'none' } };
const PAUSE: Shape = { unit: 'ms', min: 0 };
const TRIES: Shape = { unit: 'count', min: 1, max: 8 };
const RETRIES: Shape = { unit: 'count', min: 0, max: 8, words: { least: 'off' } };
const PERCENT: Shape = { unit: '%', min: 0, max: 100 };
const RATIO: Shape = { unit: 'ratio', min: 0.05, max: 1 };
const LIMIT: Shape = { unit: 'count', min: 1, max: 2_048, words: { most: 'unlimited' } };
const COUNT: Shape = { unit: 'count', min: 1, max: 50 };

/** Every number that acts on calls to an upstream, in the order in which a call meets it. */
export function settingsOf(flow: Flow): readonly Setting[] {
  const { call, retries, breaker, policy, replicas } = flow;
  const { pool, outlier, retryBudget } = policy?.values ?? {};
  const { words } = flow.mesh;
  const add = collect(flow.mesh);
  add.group('Application', ['call', 'values'], call?.values, [
    ['timeout', 'deadline of the call', TIME],
  ]);
  add.group('Application', ['retries', 'values'], retries?.values, [
    ['tries', 'tries, the first included', TRIES],
    ['perTryTimeout', 'timeout of one try', TIME],
    ['backoffInitial', 'first pause', PAUSE],
    ['backoffMax', 'longest pause', PAUSE],
    ['budget', 'repeats, as a share of the calls', RATIO],
  ]);
  add.group('Breaker of the application', ['breaker', 'values'], breaker?.values, [
    ['failureRatio', 'opens at', RATIO],
    ['minimumRequests', 'of at least', { ...COUNT, max: 200 }],
    ['window', 'in', TIME],
    ['openFor', 'stays open', TIME],
    ['halfOpenRequests', 'probes', { ...COUNT, max: 10 }],
  ]);
  for (const [index, route] of shownRoutes(flow).entries()) {
    const path = route === flow.defaultRoute ? ['defaultRoute'] : ['routes', String(index)];
    add.group(titleOf(route), [...path, 'values'], route.values, [
      ['timeout', 'timeout', TIME],
      ['attempts', `${words.tries} (retries)`, RETRIES],
      ['perTryTimeout', words.perTryTimeout, TIME],
    ]);
  }
  add.group('Pool of the mesh', ['policy', 'values', 'pool'], pool, [
    ['connectTimeout', 'connect timeout', { ...TIME, min: 10 }],
    ['http2MaxRequests', 'requests at once', LIMIT],
  ]);
  add.group('Pool of the mesh', ['policy', 'values', 'retryBudget'], retryBudget, [
    ['percent', 'retry budget', PERCENT],
    ['minimum', 'retries that it always allows', { ...COUNT, min: 0 }],
  ]);
  add.group('Ejection by the mesh', ['policy', 'values', 'outlier'], outlier, [
    ['consecutive5xxErrors', 'errors in a row', { ...COUNT, min: 0, words: { least: 'off' } }],
    [
      'consecutiveGatewayErrors',
      `${flow.transport.gatewayErrors.slice(0, -1).join(', ')} or ${flow.transport.gatewayErrors.at(-1) ?? ''} in a row`,
      { ...COUNT, min: 0, words: { least: 'off' } },
    ],
    ['interval', 'sweep every', { ...TIME, min: 1_000 }],
    ['baseEjectionTime', 'ejected for', { ...TIME, min: 1_000 }],
    ['maxEjectionPercent', 'ejected at most', PERCENT],
    ['minHealthPercent', 'ejection ignored below', { ...PERCENT, words: { least: 'never' } }],
  ]);
  add.group('Upstream', [], { replicas }, [['replicas', 'replicas', { ...COUNT, max: 20 }]]);
  return add.settings;
}

/** The flow with one of its numbers changed. */
export function withSetting(flow: Flow, path: readonly string[], value: number): Flow {
  // A path comes from settingsOf, which read a number there.
  return setIn(flow, [...path, 'value'], value) as Flow;
}

/** The number as people write it. */
export function formatSetting({ unit, words, min, max }: Setting, value: number): string {
  if (value === min && value === 0 && words.least !== undefined) return words.least;
  if (value > max && words.most !== undefined) return words.most;
  switch (unit) {
    case 'ms':
      return formatDuration(value);
    case '%':
      return `${value} %`;
    case 'ratio':
      return `${Math.round(value * 100)} %`;
    case 'count':
      return String(value);
  }
}

function titleOf({ values }: RouteControl): string {
  const [match] = values.matches;
  const methods = match?.methods;
  return `Route ${values.name}${methods === undefined ? '' : ` (${methods.join(', ')})`}`;
}

function collect(mesh: Flow['mesh']) {
  const settings: Setting[] = [];
  const group = (
    name: string,
    path: readonly string[],
    values: object | undefined,
    fields: readonly (readonly [string, string, Shape])[],
  ): void => {
    for (const [field, title, shape] of fields) {
      const value = (values as Record<string, Value<number> | undefined> | undefined)?.[field];
      if (value === undefined) continue;
      settings.push({
        path: [...path, field],
        group: name,
        title,
        ...rangeOf(shape, value.value),
        value: value.value,
        words: shape.words ?? {},
        source: sourceOf(value, mesh),
      });
    }
  };
  return { settings, group };
}

/** A range in which the value of now is neither at the edge nor lost. */
function rangeOf(
  { unit, min = 0, max, words }: Shape,
  value: number,
): Pick<Setting, 'unit' | 'min' | 'max' | 'step'> {
  if (unit !== 'ms') {
    const isBeyond = words?.most !== undefined;
    const most = max ?? 100;
    return {
      unit,
      min,
      max: isBeyond ? most : Math.max(most, value),
      step: unit === 'ratio' ? 0.05 : 1,
    };
  }
  const step = value < 500 && value > 0 ? 10 : value < 5_000 ? 50 : 500;
  return { unit, min, max: Math.max(Math.ceil((value * 3) / step) * step, 60 * step), step };
}

function setIn(node: unknown, [key = '', ...rest]: readonly string[], value: number): unknown {
  const below = (node as Record<string, unknown>)[key];
  const changed = rest.length === 0 ? value : setIn(below, rest, value);
  if (Array.isArray(node))
    return node.map((item: unknown, index) => (index === Number(key) ? changed : item));
  return { ...(node as object), [key]: changed };
}
