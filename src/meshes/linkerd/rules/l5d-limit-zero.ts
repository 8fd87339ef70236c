import { locate, down } from '../../../manifests/cursor.js';
import { removeValue, type Rule } from '../../../rules/rule.js';
import { RETRY } from '../read/annotations.js';
import { annotatedIn, linkerdWorld } from '../written/annotated.js';

export const l5dLimitZero: Rule = {
  code: 'L5D_LIMIT_ZERO',
  severity: 'error',
  layer: 'mesh',
  title: 'A retry limit of 0 means one retry.',
  reads: ['mesh/objects'],
  why: 'A limit of "0" beside a condition is read as if it were absent, and the default is 1: every failing call is made twice (policy-controller/k8s/index/src/outbound). Retries are switched off by having no retry annotations.',
  fix: 'No retry.linkerd.io/* annotations.',
  check: (composition) => {
    const world = linkerdWorld(composition);
    return (world === undefined ? [] : annotatedIn(world)).flatMap(({ object, target, read }) => {
      const { retry } = read;
      if (retry === undefined || retry.limit.basis !== 'written' || retry.limit.value !== 0)
        return [];
      if (retry.http === undefined && retry.grpc === undefined) return [];
      const written = ['http', 'grpc', 'limit', 'timeout']
        .map((name) => down(object, 'metadata', 'annotations', `${RETRY}${name}`))
        .filter((at) => at.node !== undefined);
      return [
        {
          target,
          at: retry.limit.place,
          message: `${RETRY}limit: "0" is read as 1: what fails is tried twice.`,
          fix: `No ${RETRY}* annotations on ${target}.`,
          edits: written.flatMap((at) => removeValue({ place: locate(at) })),
        },
      ];
    });
  },
};
