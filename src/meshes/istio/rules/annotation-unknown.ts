import { locate, targetOf } from '../../../manifests/cursor.js';
import type { Rule } from '../../../rules/rule.js';
import { worldOf } from '../../world.js';
import { annotationKinds } from '../annotations.js';
import { annotationsIn } from '../written/annotations.js';

export const annotationUnknown: Rule = {
  code: 'ANNOTATION_UNKNOWN',
  severity: 'warning',
  layer: 'mesh',
  title: "An annotation of Istio's that Istio does not read there.",
  reads: ['mesh/objects'],
  why: 'An annotation that Istio does not know, or that it reads on another kind of object, does nothing: what was meant is not in force (IST0107, IST0108). Those of sidecars belong on the pods, for a Deployment under spec.template.metadata.',
  fix: 'The name that Istio knows, on the object that it reads.',
  check: (composition) =>
    annotationsIn(worldOf(composition)).flatMap(({ object, name, at, holder }) => {
      const kinds = annotationKinds[name]?.split(' ');
      if (kinds?.includes('Any') === true || kinds?.includes(holder) === true) return [];
      const isPodOf =
        kinds?.includes('Pod') === true && holder !== 'Namespace' && holder !== 'Service';
      return [
        {
          target: targetOf(object),
          at: locate(at),
          message:
            kinds === undefined
              ? `Istio knows no annotation ${name}: it does nothing.`
              : `${name} is read on a ${kinds.join(' or ')}, not on a ${holder}: it does nothing here.`,
          fix: isPodOf
            ? 'Move it to spec.template.metadata.annotations.'
            : 'Take it out, or correct its name.',
        },
      ];
    }),
};
