import type { Rule } from '../../../rules/rule.js';
import { RETRY } from '../read/annotations.js';
import { annotatedIn, linkerdWorld } from '../written/annotated.js';

export const l5dLimitWithoutCondition: Rule = {
  code: 'L5D_LIMIT_WITHOUT_CONDITION',
  severity: 'warning',
  layer: 'mesh',
  title: 'Retries are limited, and no annotation says what is retried.',
  reads: ['mesh/objects'],
  why: 'Without retry.linkerd.io/http or retry.linkerd.io/grpc no answer is retried, whatever the limit (measured): only tries that the proxy itself gives up, and streams that were refused.',
  fix: 'retry.linkerd.io/http or retry.linkerd.io/grpc beside it, or no retry annotations.',
  check: (composition) => {
    const world = linkerdWorld(composition);
    return (world === undefined ? [] : annotatedIn(world)).flatMap(({ target, read, kind }) => {
      const { retry } = read;
      if (retry === undefined || retry.http !== undefined || retry.grpc !== undefined) return [];
      const name =
        kind === 'GRPCRoute' ? `${RETRY}grpc: unavailable` : `${RETRY}http: gateway-error`;
      return [
        {
          target,
          at: retry.place,
          message: `${target} limits retries and names no failure to retry: no answer is repeated.`,
          fix: `${name} beside it, where all its requests may be repeated, or no ${RETRY}* annotations.`,
        },
      ];
    });
  },
};
