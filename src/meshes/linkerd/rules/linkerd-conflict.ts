import { matchesHost } from '../../../flow/selection.js';
import { cite, type Rule } from '../../../rules/rule.js';

export const linkerdConflict: Rule = {
  code: 'LINKERD_CONFLICT',
  severity: 'error',
  layer: 'mesh',
  title: 'A ServiceProfile switches off the retry, timeout and breaker annotations of its service.',
  reads: ['mesh/linkerd'],
  why: 'A ServiceProfile disables annotations and failure accrual of the same service (linkerd.io, reference/retries and circuit-breaking).',
  fix: 'One of the two; annotations are the current form.',
  check: ({ all }) => {
    const controls = all('mesh/linkerd');
    return controls
      .filter(({ values }) => values.isProfile)
      .flatMap((profile) => {
        const other = controls.find(
          ({ values }) => !values.isProfile && matchesHost(values.host, profile.values.host),
        );
        const [annotation] = other?.values.annotations ?? [];
        if (other === undefined || annotation === undefined) return [];
        return [
          {
            target: other.target,
            at: annotation.place,
            also: [profile.place],
            message: `${other.values.annotations.map(({ value }) => value).join(', ')} ${other.values.annotations.length === 1 ? 'does' : 'do'} nothing: ${profile.target} (${cite(profile.place)}) is there for the same service.`,
            fix: `Drop ${profile.target}.`,
          },
        ];
      });
  },
};
