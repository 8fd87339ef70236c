import type { RouteControl } from '../../model/mesh-control.js';
import type { Flow } from '../../flow/flow.js';
import { failuresOf, isUnprocessed, type FailureClass } from '../../transports/transport.js';
import { isRetriedByApp, meshTries } from '../../flow/failure-class.js';
import { actingRoutes, requestsOf } from '../../flow/reached.js';
import type { Severity } from '../../model/finding.js';
import { cite, inheritedFrom, type Report, type Rule } from '../rule.js';

/** Requests that one user call may cause at an upstream before it is an error. */
const BUDGET = 4;

type Worst = { readonly failure: FailureClass; readonly app: number; readonly mesh: number };

/**
 * The failure for which both layers together make the most tries over a route.
 *
 * @param failures the ways of failing to look at; without them all
 */
export function worstAmplification(
  flow: Flow,
  route: RouteControl,
  failures: readonly FailureClass[] = failuresOf(flow.transport),
): Worst {
  const repeats = requestsOf(flow, route).some(({ isRepeatable }) => isRepeatable);
  return failures
    .map((failure) => {
      const { retries } = flow;
      const app = retries !== undefined && repeats && isRetriedByApp(flow, failure);
      return {
        failure,
        app: app ? retries.values.tries.value : 1,
        mesh: meshTries(route, failure),
      };
    })
    .reduce((worst, next) => (next.app * next.mesh > worst.app * worst.mesh ? next : worst));
}

/**
 * The same without what no replica reads, where nobody has written the retries: a mesh's own default repeats connections
 * that failed, and not every mesh has a word to end it.
 */
export function worstOfProcessed(flow: Flow, route: RouteControl): Worst {
  const failures = failuresOf(flow.transport);
  const isChosen = route.values.attempts.basis !== 'default';
  return worstAmplification(
    flow,
    route,
    isChosen ? failures : failures.filter((failure) => !isUnprocessed(failure)),
  );
}

export const retryAmplified: Rule = {
  code: 'RETRY_AMPLIFIED',
  severity: 'error',
  layer: 'both',
  title: 'The application and the mesh repeat the same failure: their tries multiply.',
  reads: ['app/retries', 'mesh/route'],
  why: 'A mesh may count retries, so that 2 of them make 3 tries (measured), and each try of the application starts them anew. An upstream in trouble gets the product. Where the mesh does so by default, failures that reach no replica make connections of it and no work: that is information.',
  fix: 'One owner for each request: no retries on the route whose requests the application repeats; for the others the mesh keeps those of what never reached the upstream.',
  check: ({ flows, meshes }) =>
    flows.flatMap((flow) =>
      actingRoutes(flow).flatMap((route): readonly Report[] => {
        const { retries } = flow;
        const processed = worstOfProcessed(flow, route);
        const isWork = processed.app > 1 && processed.mesh > 1;
        const { failure, app, mesh } = isWork ? processed : worstAmplification(flow, route);
        if (retries === undefined || app === 1 || mesh === 1) return [];
        const { attempts } = route.values;
        const product = app * mesh;
        const say = meshes.say(flow);
        const { fix, edits } = say.withoutRetries(flow, route);
        return [
          {
            target: flow.name,
            at: attempts.place,
            also: [retries.values.tries.place, ...inheritedFrom(attempts)],
            severity: severityOf(product, isWork),
            message: `One request can ${isWork ? `reach ${flow.name} ${product} times` : `make ${product} connection attempts to ${flow.name}, of which none is processed`} (${failure}): ${app} tries by the application (${cite(retries.values.tries.place)}) × ${mesh} by the mesh (${say.retries(attempts, route)}).`,
            fix: `${fix}; the application owns these retries.`,
            edits,
          },
        ];
      }),
    ),
};

function severityOf(product: number, isWork: boolean): Severity {
  if (!isWork) return 'info';
  return product > BUDGET ? 'error' : 'warning';
}
