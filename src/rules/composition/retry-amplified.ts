import type { Value } from '../../model/control.js';
import type { RouteControl } from '../../model/mesh-control.js';
import type { Flow } from '../../flow/composition.js';
import { withoutRetries } from '../../meshes/istio/effective/in-words.js';
import {
  failureClasses,
  isRetriedByApp,
  meshTries,
  type FailureClass,
} from '../../flow/failure-class.js';
import { actingRoutes, isRepeatable, requestsOf } from '../../flow/reached.js';
import { cite, inheritedFrom, setValue, type Report, type Rule } from '../rule.js';

/** Requests that one user call may cause at an upstream before it is an error. */
const BUDGET = 4;

type Worst = { readonly failure: FailureClass; readonly app: number; readonly mesh: number };

/** The failure for which both layers together send the most requests over a route. */
export function worstAmplification(flow: Flow, route: RouteControl): Worst {
  const repeats = requestsOf(flow, route).some(isRepeatable);
  return failureClasses
    .map((failure) => {
      const { retries } = flow;
      const app = retries !== undefined && repeats && isRetriedByApp(retries, failure);
      return {
        failure,
        app: app ? retries.values.tries.value : 1,
        mesh: meshTries(route, failure),
      };
    })
    .reduce((worst, next) => (next.app * next.mesh > worst.app * worst.mesh ? next : worst));
}

export const retryAmplified: Rule = {
  code: 'RETRY_AMPLIFIED',
  severity: 'error',
  layer: 'both',
  title: 'The application and the mesh repeat the same failure: their tries multiply.',
  reads: ['app/retries', 'mesh/route'],
  why: "Istio's attempts counts retries, so that attempts: 2 makes 3 tries (istio/api virtual_service.proto; measured), and each try of the application starts them anew. An upstream in trouble gets the product.",
  fix: 'One owner for each request: attempts: 0 on the route whose requests the application repeats; the mesh keeps connect-failure,refused-stream,reset-before-request for the others.',
  check: ({ flows }) =>
    flows.flatMap((flow) =>
      actingRoutes(flow).flatMap((route): readonly Report[] => {
        const { retries } = flow;
        const { failure, app, mesh } = worstAmplification(flow, route);
        if (retries === undefined || app === 1 || mesh === 1) return [];
        const { attempts } = route.values;
        const product = app * mesh;
        return [
          {
            target: flow.name,
            at: attempts.place,
            also: [retries.values.tries.place, ...inheritedFrom(attempts)],
            severity: product > BUDGET ? 'error' : 'warning',
            message: `One request can reach ${flow.name} ${product} times (${failure}): ${app} tries by the application (${cite(retries.values.tries.place)}) × ${mesh} by the mesh (${basisOf(attempts)}).`,
            fix: `${withoutRetries(flow, route)}; the application owns these retries.`,
            edits: ownedByApp(route),
          },
        ];
      }),
    ),
};

/** attempts 0 beside retryOn or perTryTimeout is refused by Istio's validation, so that the block is replaced. */
export function ownedByApp(route: RouteControl): Report['edits'] & {} {
  const { place } = route;
  if (place.at === undefined) return [];
  return setValue({ place: { ...place, at: [...place.at, 'retries'] } }, { attempts: 0 });
}

function basisOf(attempts: Value<number>): string {
  if (attempts.basis === 'default') return `Istio's default of ${attempts.value} retries`;
  const from = inheritedFrom(attempts).map((place) => ` of defaultHttpRetryPolicy, ${cite(place)}`);
  return `attempts: ${attempts.value}${from.join('')}`;
}
