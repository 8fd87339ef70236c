import {
  down,
  exists,
  number,
  targetOf,
  text,
  locate,
  type Cursor,
} from '../../../manifests/cursor.js';
import { removeValue, type Report, type Rule } from '../../../rules/rule.js';
import {
  eachRoute,
  nameOfRoute,
  scopesOf,
  type WrittenRoute,
} from '../written/virtual-services.js';

export const faultLeft: Rule = {
  code: 'FAULT_LEFT',
  severity: 'warning',
  layer: 'mesh',
  title: "A route injects faults into every caller's requests.",
  reads: ['mesh/objects'],
  why: 'Faults are made by the caller\'s proxy before the request is sent: timeout and retries of the same route do not act on them (virtual_service.proto, HTTPRoute.fault: "timeouts or retries will not be enabled when faults are enabled on the client side"). They belong into an experiment, behind a match that only its requests meet.',
  fix: 'Take fault out, or match a header that only the experiment sends.',
  check: (composition) => eachRoute(composition, checkRoute),
};

/** From here on, percent, it is more than an experiment on live traffic. */
const MUCH = 10;

function checkRoute(object: Cursor, route: WrittenRoute): Report[] {
  const fault = down(route.at, 'fault');
  if (!exists(fault)) return [];
  const kinds = ['delay', 'abort'].map((kind) => down(fault, kind)).filter(exists);
  const parts = kinds.map(describeFault).filter((part) => part !== undefined);
  const isMuch = kinds.some((kind) => percentOf(kind) >= MUCH);
  const dead = ['timeout', 'retries'].filter((key) => exists(down(route.at, key)));
  const isForSome = exists(down(route.at, 'match'));
  if (parts.length === 0 || (isForSome && dead.length === 0)) return [];
  const scopes = scopesOf(object);
  const isElsewhere = !scopes.includes('*') && !scopes.includes(object.object.namespace);
  const callers = scopes.includes('*') ? 'every caller' : `every caller in ${scopes.join(', ')}`;
  const also = dead.length === 0 ? '' : `; ${dead.join(' and ')} of the route are off beside it`;
  return [
    {
      target: targetOf(object),
      at: locate(fault),
      ...((isForSome || !isMuch || isElsewhere) && { severity: 'info' as const }),
      message: `${nameOfRoute(route)} makes ${parts.join(' and ')}${isForSome ? '' : `, for ${callers}`}${also}.`,
      fix: 'Take fault out, or put it into a route with a match of its experiment.',
      ...(!isForSome && isMuch && { edits: removeValue({ place: locate(fault) }) }),
    },
  ];
}

function describeFault(at: Cursor): string | undefined {
  const percent = percentOf(at);
  if (percent === 0) return undefined;
  const status = text(down(at, 'httpStatus')).value || text(down(at, 'grpcStatus')).value;
  const delay = text(down(at, 'fixedDelay')).value;
  const what = delay === '' ? `answers ${status || 'with an error'}` : `delays of ${delay}`;
  return `${what} on ${percent} % of the requests`;
}

/** Without a percentage every request has it; a written 0 is none. */
function percentOf(at: Cursor): number {
  const written = down(at, 'percentage', 'value');
  return number(exists(written) ? written : down(at, 'percent'), 100).value;
}
