import { matchesHost } from '../../../flow/selection.js';
import type { OtherControl } from '../../../model/mesh-control.js';
import { cite, type Rule } from '../../../rules/rule.js';
import { ANNOTATIONS, PROFILE } from '../read-linkerd.js';

export const linkerdConflict: Rule = {
  code: 'LINKERD_CONFLICT',
  severity: 'error',
  layer: 'mesh',
  title: 'A ServiceProfile switches off the retry, timeout and breaker annotations of its service.',
  reads: ['mesh/other'],
  why: 'A ServiceProfile disables annotations and failure accrual of the same service (linkerd.io, reference/retries and circuit-breaking).',
  fix: 'One of the two; annotations are the current form.',
  check: ({ all }) => {
    const controls = all('mesh/other');
    return controls
      .filter(({ values }) => values.of === PROFILE)
      .flatMap((profile) => {
        const other = controls.find(
          ({ values }) =>
            values.of === ANNOTATIONS && matchesHost(hostOf(values), hostOf(profile.values)),
        );
        if (other === undefined) return [];
        const [first, ...more] = Object.entries(other.values.texts).flatMap(([key, value]) =>
          key === 'host' ? [] : [value],
        );
        if (first === undefined) return [];
        return [
          {
            target: other.target,
            at: first.place,
            also: [profile.place],
            message: `${[first, ...more].map(({ value }) => value).join(', ')} ${more.length === 0 ? 'does' : 'do'} nothing: ${profile.target} (${cite(profile.place)}) is there for the same service.`,
            fix: `Drop ${profile.target}.`,
          },
        ];
      });
  },
};

function hostOf({ texts }: OtherControl['values']): string {
  return texts['host']?.value ?? '';
}
