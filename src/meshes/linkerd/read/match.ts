import type { PathMatch, RouteMatch } from '../../../model/mesh-control.js';
import { down, exists, itemsOf, text, type Cursor } from '../../../manifests/cursor.js';

/** The matches of a rule; one that takes every request where it has none. */
export function matchesOf(rule: Cursor): readonly Cursor[] {
  const matches = itemsOf(down(rule, 'matches'));
  return matches.length > 0 ? matches : [down(rule, 'matches', 0)];
}

export function readMatch(match: Cursor, kind: 'HTTPRoute' | 'GRPCRoute'): RouteMatch {
  const headers = itemsOf(down(match, 'headers')).map((header) => text(down(header, 'name')).value);
  const all = { sourceLabels: {}, inMesh: true, headers };
  if (kind === 'GRPCRoute') {
    const [service, method] = ['service', 'method'].map(
      (key) => text(down(match, 'method', key)).value,
    );
    const isExact = text(down(match, 'method', 'type'), 'Exact').value === 'Exact';
    const { place } = text(down(match, 'method', 'service'));
    const path: PathMatch =
      method === ''
        ? { kind: 'prefix', value: `/${service}/`, place }
        : { kind: 'exact', value: `/${service}/${method}`, place };
    // A method of whichever service is no path.
    const isKnown = isExact && service !== '';
    return {
      ...all,
      methods: undefined,
      ...(isKnown && { path }),
      isPartial: !isKnown && (service ?? '') + (method ?? '') !== '',
    };
  }
  const method = down(match, 'method');
  const path = pathOf(match);
  return {
    ...all,
    methods: exists(method) ? [text(method).value] : undefined,
    isPartial:
      path.type !== 'PathPrefix' ||
      path.value !== '/' ||
      itemsOf(down(match, 'queryParams')).length > 0,
  };
}

export function pathOf(match: Cursor): { readonly type: string; readonly value: string } {
  return {
    type: text(down(match, 'path', 'type'), 'PathPrefix').value,
    value: text(down(match, 'path', 'value'), '/').value,
  };
}

const RANKS = ['RegularExpression', 'PathPrefix', 'Exact'];

/** The larger comes first, by the precedence of the Gateway API: path, method, headers, parameters. */
export function orderOf(match: Cursor): readonly number[] {
  const { type, value } = pathOf(match);
  return [
    RANKS.indexOf(type),
    value.length,
    text(down(match, 'method', 'service')).value.length,
    exists(down(match, 'method')) ? 1 : 0,
    itemsOf(down(match, 'headers')).length,
    itemsOf(down(match, 'queryParams')).length,
  ];
}

export function compareOrders(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index === -1 ? 0 : (b[index] ?? 0) - (a[index] ?? 0);
}
