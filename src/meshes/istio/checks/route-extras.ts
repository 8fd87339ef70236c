import { quote } from '../../../model/text.js';
import { formatPath, type Problem, type ValuePath } from '../../../manifests/manifest-file.js';
import { problem } from '../../../manifests/problem.js';
import { checkDuration } from '../../../manifests/values.js';

export type Fault = {
  readonly abort?: object;
  readonly delay?: { readonly fixedDelay?: string };
};
export type Cors = {
  readonly allowMethods?: readonly string[];
  readonly allowOrigins?: readonly object[];
};

/** validateCORSHTTPMethod. */
const METHODS = [
  '*',
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
];

/** validateHTTPFaultInjection. */
export function* checkFault(at: ValuePath, { abort, delay }: Fault): Generator<Problem> {
  if (abort === undefined && delay === undefined)
    yield problem(at, `${formatPath(at)} must have an abort or a delay.`);
  yield* checkDuration([...at, 'delay', 'fixedDelay'], delay?.fixedDelay);
}

/** validateCORSPolicy. */
export function* checkCors(at: ValuePath, policy: Cors = {}): Generator<Problem> {
  for (const [index, method] of (policy.allowMethods ?? []).entries()) {
    if (!METHODS.includes(method))
      yield problem(
        [...at, 'allowMethods', index],
        `${quote(method)} is no method of CORS: ${METHODS.join(', ')}.`,
      );
  }
  for (const [index, origin] of (policy.allowOrigins ?? []).entries()) {
    const place = [...at, 'allowOrigins', index];
    if (Object.keys(origin).length === 0)
      yield problem(place, `${formatPath(place)} must have exact, prefix or regex.`);
  }
}
