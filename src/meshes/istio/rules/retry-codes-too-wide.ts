import type { AnswerCode } from '../../../transports/transport.js';
import { isRetriedByMesh } from '../../../flow/failure-class.js';
import { repeatOnly } from '../effective/repeat-only.js';
import type { Rule } from '../../../rules/rule.js';

export const retryCodesTooWide: Rule = {
  code: 'RETRY_CODES_TOO_WIDE',
  severity: 'warning',
  layer: 'both',
  title: 'The mesh repeats a status that the upstream answers on purpose.',
  reads: ['app/load', 'mesh/route'],
  why: '5xx repeats every server error. One that is deterministic, such as 501 or a 500 for input that cannot be processed, fails again each time and adds load.',
  fix: 'List the codes that are worth repeating: gateway-error, or 502,503,504.',
  check: ({ flows }) => {
    const declared = flows.filter(({ load }) => load?.values.serverErrors !== undefined);
    if (declared.length === 0) return undefined;
    return declared.flatMap((flow) =>
      flow.routes.flatMap((route) => {
        const { attempts, retryOn } = route.values;
        const answered = flow.load?.values.serverErrors?.value ?? [];
        const repeated = answered.filter(
          (code) => retryOn.value.includes('5xx') || isRetriedByMesh(route, code as AnswerCode),
        );
        if (attempts.value === 0 || repeated.length === 0) return [];
        const words = retryOn.value
          .map((word) => (word === '5xx' ? 'gateway-error' : word))
          .filter((word) => !repeated.includes(word));
        return [
          {
            target: flow.name,
            at: retryOn.place,
            message: `${flow.name} answers ${repeated.join(', ')} on purpose, and the route repeats it ${attempts.value} times (retryOn ${retryOn.value.join(',')}).`,
            ...repeatOnly(route, words),
          },
        ];
      }),
    );
  },
};
