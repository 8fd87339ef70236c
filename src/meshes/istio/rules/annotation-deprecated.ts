import { down, exists, locate, targetOf } from '../../../manifests/cursor.js';
import type { Rule } from '../../../rules/rule.js';
import { worldOf } from '../../world.js';
import { deprecatedAnnotations } from '../annotations.js';
import { annotationsIn } from '../written/annotations.js';

export const annotationDeprecated: Rule = {
  code: 'ANNOTATION_DEPRECATED',
  severity: 'info',
  layer: 'mesh',
  title: 'An annotation that Istio means to drop.',
  reads: ['mesh/objects'],
  why: 'It may not work in a later version (annotations.yaml of istio.io/api, deprecated; IST0135). sidecar.istio.io/inject as an annotation has given way to the label of the same name.',
  fix: 'What took its place.',
  check: (composition) =>
    annotationsIn(worldOf(composition))
      .filter(({ name, labels }) => deprecatedAnnotations.has(name) && !exists(down(labels, name)))
      .map(({ object, name, at }) => ({
        target: targetOf(object),
        at: locate(at),
        message: `${name} is deprecated, and a later version of Istio may not read it.`,
        fix:
          name === 'sidecar.istio.io/inject'
            ? 'Write it as a label of the pods.'
            : 'Take it out, or use what took its place.',
      })),
};
