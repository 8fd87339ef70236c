import { isAmbientPods } from '../effective/ambient.js';
import { podsWith } from '../../../flow/pods.js';
import { locate, targetOf } from '../../../manifests/cursor.js';
import { worldOf } from '../../world.js';
import { annotationsIn } from '../written/annotations.js';
import type { Rule } from '../../../rules/rule.js';

const OF_SIDECARS = /^(?:sidecar|traffic\.sidecar|proxy)\.istio\.io\//;

export const ambientSidecarObject: Rule = {
  code: 'AMBIENT_SIDECAR_OBJECT',
  severity: 'warning',
  layer: 'mesh',
  title: 'What configures sidecars, for pods of the ambient mesh, which have none.',
  reads: [],
  why: 'Pods of the ambient mesh have no proxy of their own: a Sidecar limits neither hosts nor anything else there, and annotations of the injected container are read by nobody (docs/ambient/usage).',
  fix: 'Drop them; an egress gateway and NetworkPolicies are what limits egress, and the waypoint has its own resources.',
  check: (composition) => {
    const { all } = composition;
    const sidecars = all('mesh/egress').flatMap(({ target, namespace, place, values }) => {
      if (namespace === undefined) return [];
      const pods = podsWith({ namespace, labels: values.selector }, all);
      if (pods.length === 0 || !pods.every(isAmbientPods)) return [];
      return [
        {
          target,
          at: place,
          also: pods.slice(0, 1).map((one) => one.place),
          message: `${target} is for ${pods[0]?.target ?? ''}, which is in the ambient mesh and has no sidecar: it does nothing.`,
          fix: 'Drop it.',
        },
      ];
    });
    const ambient = all('mesh/workload').filter(isAmbientPods);
    const annotations = annotationsIn(worldOf(composition))
      .filter(({ holder, name }) => holder === 'Pod' && OF_SIDECARS.test(name))
      .filter(({ object, name }) =>
        name === 'sidecar.istio.io/inject'
          ? false
          : ambient.some(
              ({ target, place }) =>
                target === targetOf(object) && place.file === locate(object).file,
            ),
      )
      .map(({ object, name, at }) => ({
        target: targetOf(object),
        at: locate(at),
        message: `${name} is for a sidecar, and the pods of ${targetOf(object)} are in the ambient mesh: it does nothing.`,
        fix: `No ${name}.`,
      }));
    return [...sidecars, ...annotations];
  },
};
