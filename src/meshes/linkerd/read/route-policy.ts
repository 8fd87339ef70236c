import type { Value } from '../../../model/control.js';
import { down, exists, itemsOf, locate, text, type Cursor } from '../../../manifests/cursor.js';
import type { WrittenRoute } from '../written/routes.js';
import { rulesOf } from '../written/routes.js';
import { readCallAnnotations, type RetryPolicy, type TimeoutPolicy } from './annotations.js';
import { parseLength } from './grammar.js';

/** What acts on the requests of one rule of a route, or of a Service without one. */
export type CallPolicy = {
  readonly retry: RetryPolicy | undefined;
  readonly timeouts: TimeoutPolicy;
};

const NO_TIMEOUTS: TimeoutPolicy = { request: undefined, response: undefined, idle: undefined };

/** What a Service says of calls that no route takes. */
export function policyOfService(service: Cursor | undefined): CallPolicy {
  if (service === undefined) return { retry: undefined, timeouts: NO_TIMEOUTS };
  const { retry, timeouts = NO_TIMEOUTS } = readCallAnnotations(service);
  return { retry, timeouts };
}

/**
 * What holds for a rule: each group of a route's annotations replaces that of the Service whole. A rule's own timeout
 * is of the group where no annotation of the route gives one (policy-controller/k8s/index/src/outbound/http.rs).
 */
export function policyOfRule(
  { object, rule }: { readonly object: Cursor; readonly rule: Cursor },
  service: Cursor | undefined,
): CallPolicy {
  const { retry, timeouts = NO_TIMEOUTS } = readCallAnnotations(object);
  const shared = policyOfService(service);
  const own = { ...timeouts, request: timeouts.request ?? requestOf(rule) };
  const isSet = own.request ?? own.response ?? own.idle;
  return {
    retry: retry ?? shared.retry,
    timeouts: isSet === undefined ? shared.timeouts : own,
  };
}

/** A rule's `timeouts.request`; one that Linkerd cannot read, such as 1m30s, is dropped. */
function requestOf(rule: Cursor): Value<number> | undefined {
  const at = down(rule, 'timeouts', 'request');
  if (!exists(at)) return undefined;
  const parsed = parseLength(text(at).value);
  // 0 is no timeout, and none is what the Service may fill.
  return parsed.kind === 'read' && parsed.value !== 0
    ? { value: parsed.value, basis: 'written', place: locate(at) }
    : undefined;
}

const FILTERS = ['RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestRedirect'];

/** Filters for which Linkerd skips the route whole. */
export function unsupportedFilters(route: Pick<WrittenRoute, 'object'>): readonly Cursor[] {
  return rulesOf(route).flatMap((rule) =>
    [rule, ...itemsOf(down(rule, 'backendRefs'))]
      .flatMap((holder) => itemsOf(down(holder, 'filters')))
      .map((filter) => down(filter, 'type'))
      .filter((type) => exists(type) && !FILTERS.includes(text(type).value)),
  );
}
