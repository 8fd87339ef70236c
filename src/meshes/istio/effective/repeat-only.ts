import { isOfGatewayApi } from './of-gateway-api.js';
import type { RouteControl } from '../../../model/mesh-control.js';
import { ownedByApp } from './in-words.js';
import { setValue, type Report } from '../../../rules/rule.js';

/** Leaves these words of a route's retryOn. No words are Istio's default list, so that nothing left is no retries. */
export function repeatOnly(
  route: RouteControl,
  words: readonly string[],
): Required<Pick<Report, 'fix' | 'edits'>> {
  if (isOfGatewayApi(route)) {
    const retries = words.length === 0 ? 'attempts: 0' : `retryOn: ${words.join(',')}`;
    return { fix: `${retries} in a VirtualService in place of ${route.target}`, edits: [] };
  }
  if (words.length === 0) return { fix: 'attempts: 0', edits: ownedByApp(route) };
  const retryOn = words.join(',');
  return { fix: `retryOn: ${retryOn}`, edits: setValue(route.values.retryOn, retryOn) };
}
