import type { Request } from '../model/request.js';

/**
 * What recorded dependency lists depend on beside capability ids: `serves-http`, `calls-grpc`, for each transport in
 * use.
 */
export function transportFeatures({ service, upstreams }: Request): ReadonlySet<string> {
  return new Set([
    `serves-${service.transport}`,
    ...upstreams.map(({ transport }) => `calls-${transport}`),
  ]);
}
