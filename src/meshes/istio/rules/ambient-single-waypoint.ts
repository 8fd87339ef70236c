import { registryOf } from '../../../flow/registry.js';
import { down, itemsOf, locate, number, targetOf, text } from '../../../manifests/cursor.js';
import { mayBeSame, worldOf } from '../../world.js';
import { waypointsOf } from '../written/waypoints.js';
import type { Rule } from '../../../rules/rule.js';

export const ambientSingleWaypoint: Rule = {
  code: 'AMBIENT_SINGLE_WAYPOINT',
  severity: 'warning',
  layer: 'mesh',
  title: 'All calls to Services pass one pod.',
  reads: ['mesh/objects'],
  why: 'Istio makes the Deployment of a waypoint without replicas, which is one pod (files/waypoint.yaml), and all calls to its Services pass it: while it restarts, none arrives.',
  fix: 'A HorizontalPodAutoscaler with minReplicas 2 for the Deployment of that name, or spec.infrastructure.parametersRef, and a PodDisruptionBudget.',
  check: (composition) => {
    const { ofKind } = worldOf(composition);
    const scalers = ofKind('autoscaling', 'HorizontalPodAutoscaler').map((object) => ({
      namespace: object.object.namespace,
      name: text(down(object, 'spec', 'scaleTargetRef', 'name')).value,
      least: number(down(object, 'spec', 'minReplicas'), 1),
    }));
    return waypointsOf(composition).flatMap(({ object, name, namespace, isShaped }) => {
      if (isShaped || itemsOf(down(object, 'spec', 'listeners')).length === 0) return [];
      const scaler = scalers.find(
        (one) => one.name === name && mayBeSame(one.namespace, namespace),
      );
      if (scaler !== undefined && scaler.least.value > 1) return [];
      // Whoever scales it may do so elsewhere.
      const isKnown =
        scaler !== undefined || registryOf(composition.all).isWhole(namespace || undefined);
      return [
        {
          target: targetOf(object),
          at: scaler?.least.place ?? locate(object),
          ...(!isKnown && { severity: 'info' as const }),
          message: `The waypoint ${name} runs as one pod${scaler === undefined ? ' unless something scales its Deployment' : ''}: while that restarts, no call to its Services arrives.`,
          fix: `minReplicas: 2 in a HorizontalPodAutoscaler for Deployment/${name}`,
        },
      ];
    });
  },
};
