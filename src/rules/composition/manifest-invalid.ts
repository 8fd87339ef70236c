import type { Rule } from '../rule.js';

export const manifestInvalid: Rule = {
  code: 'MANIFEST_INVALID',
  severity: 'error',
  layer: 'mesh',
  title: 'A manifest that the API server or the mesh refuses, or reads otherwise than it looks.',
  reads: [],
  why: 'What is refused is never deployed, and what was there before stays in force; an unknown field is dropped, so that the default acts in its place. The schemas and checks are those of `verify`.',
  fix: 'Write the field as its kind defines it. `kubectl apply --dry-run=server` judges the same.',
  check: ({ all }) =>
    all('mesh/invalid').map(({ target, place, values }) => ({
      target,
      at: place,
      severity: values.severity,
      message: `${target}: ${values.message}`,
      fix: `Correct ${pathOf(place.at)}.`,
    })),
};

/** `spec.http[0].retries` */
function pathOf(at: readonly (string | number)[] = []): string {
  const path = at.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
  return path === '' ? 'the object' : path.slice(1);
}
