import type { AppControl } from '../model/app-control.js';
import { isControlKind, type ControlKind, type Place, type Value } from '../model/control.js';
import type { ControlDeclaration } from '../model/manifest.js';
import type { SettingValue } from '../model/request.js';
import { fieldValue, type SettingSource } from './setting-value.js';

type Head = { readonly target: string; readonly namespace: string; readonly place: Place };

/** A manifest's declared control with the values that the process gets; nothing for a kind without rules. */
export function readAppControl(
  control: ControlDeclaration,
  head: Head,
  source: SettingSource,
): AppControl[] {
  const { kind } = control;
  if (!isControlKind(kind)) return [];
  const raw = (field: string) => fieldValue(control, field, source);
  const fields: Fields = {
    number: (field, absent) => filled(maybe(raw(field), asNumber), absent, head.place),
    text: (field, absent) => filled(maybe(raw(field), asText), absent, head.place),
    list: (field, absent) => filled(maybe(raw(field), asList), absent, head.place),
    maybeNumber: (field) => maybe(raw(field), asNumber),
    maybeFlag: (field) => maybe(raw(field), asFlag),
    maybeList: (field) => maybe(raw(field), asList),
    raw,
  };
  return [build(kind, { layer: 'app', ...head }, fields)];
}

type Fields = {
  readonly number: (field: string, absent: number) => Value<number>;
  readonly text: (field: string, absent: string) => Value<string>;
  readonly list: (field: string, absent: readonly string[]) => Value<readonly string[]>;
  readonly maybeNumber: (field: string) => Value<number> | undefined;
  readonly maybeFlag: (field: string) => Value<boolean> | undefined;
  readonly maybeList: (field: string) => Value<readonly string[]> | undefined;
  readonly raw: (field: string) => Value<SettingValue> | undefined;
};

function build(
  kind: ControlKind,
  head: Head & { readonly layer: 'app' },
  { number, text, list, maybeNumber, maybeFlag, maybeList, raw }: Fields,
): AppControl {
  switch (kind) {
    case 'retries':
      return {
        ...head,
        kind,
        values: {
          tries: number('tries', 1),
          perTryTimeout: number('perTryTimeout', 0),
          backoffInitial: number('backoffInitial', 0),
          backoffMax: number('backoffMax', 0),
          on: list('on', []),
          budget: maybeNumber('budget'),
        },
      };
    case 'circuitBreaker':
      return {
        ...head,
        kind,
        values: {
          failureRatio: number('failureRatio', 1),
          minimumRequests: number('minimumRequests', 0),
          window: number('window', 0),
          openFor: number('openFor', 0),
          halfOpenRequests: number('halfOpenRequests', 1),
          counts: maybeList('counts'),
        },
      };
    case 'authentication':
      return {
        ...head,
        kind,
        values: {
          issuer: text('issuer', ''),
          audiences: list('audiences', []),
          jwksUri: text('jwksUri', ''),
          leeway: number('leeway', 0),
          anonymousPaths: list('anonymousPaths', []),
          cacheFor: maybeNumber('cacheFor'),
          subjectOptional: maybeFlag('subjectOptional'),
          needsExpiry: maybeFlag('needsExpiry'),
        },
      };
    case 'tracing':
      return {
        ...head,
        kind,
        values: {
          endpoint: text('endpoint', ''),
          propagators: list('propagators', ['tracecontext', 'baggage']),
          forwardsRequestId: maybeFlag('forwardsRequestId'),
        },
      };
    case 'load':
      return {
        ...head,
        kind,
        values: {
          peakRate: maybeNumber('peakRate'),
          latency: maybeNumber('latency'),
          bodyBytes: maybeNumber('bodyBytes'),
          headers: maybeList('headers'),
          serverErrors: maybeList('serverErrors'),
        },
      };
    case 'meshIdentity':
      return {
        ...head,
        kind,
        values: {
          mesh: text('mesh', '').value,
          namespace: text('namespace', 'default'),
          trustDomain: text('trustDomain', 'cluster.local'),
          replicas: number('replicas', 1),
          callers: callersOf(raw('callers')),
          observed: text('rollout', '').value === 'observe',
        },
      };
  }
}

function callersOf(value: Value<SettingValue> | undefined) {
  if (value === undefined || !Array.isArray(value.value)) return [];
  const callers = value.value as readonly { namespace: string; serviceAccount: string }[];
  return callers.map(({ namespace, serviceAccount }) => ({
    namespace,
    serviceAccount,
    place: value.place,
  }));
}

function filled<T>(value: Value<T> | undefined, absent: T, place: Place): Value<T> {
  return value ?? { value: absent, basis: 'declared', place };
}

function maybe<T>(
  value: Value<SettingValue> | undefined,
  read: (value: SettingValue) => T,
): Value<T> | undefined {
  return value === undefined ? undefined : { ...value, value: read(value.value) };
}

const asNumber = (value: SettingValue): number => Number(value);
const asText = (value: SettingValue): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value);
const asFlag = (value: SettingValue): boolean => value === true || value === 'true';
const asList = (value: SettingValue): readonly string[] =>
  Array.isArray(value) ? (value as readonly SettingValue[]).map(asText) : [asText(value)];
