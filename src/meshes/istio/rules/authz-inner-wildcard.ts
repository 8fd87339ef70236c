import type { AuthorizationRule } from '../../../model/mesh-control.js';
import { setValue, type Rule } from '../../../rules/rule.js';

type Pattern = AuthorizationRule['patterns'][number];

export const authzInnerWildcard: Rule = {
  code: 'AUTHZ_INNER_WILDCARD',
  severity: 'warning',
  layer: 'mesh',
  title:
    'An AuthorizationPolicy has a * in the middle of a value, where it is a letter like any other.',
  reads: ['mesh/authorization'],
  why: 'Values match whole, by a prefix (abc*), by a suffix (*abc) or, as *, whatever is there; a * elsewhere is taken as it stands (authz/matcher, StringMatcher). A DENY of such a path denies nothing. Paths have templates: {*} for one segment, {**} for the rest.',
  fix: 'A prefix or a suffix; in paths {*} in place of a segment that is *.',
  check: ({ all }) =>
    all('mesh/authorization').flatMap(({ target, values }) =>
      values.rules
        .flatMap(({ patterns }) => patterns.filter((one) => !isCovered(one, patterns)))
        .filter(({ value }) => isLiteral(value.value))
        .map((pattern) => {
          const template = templateOf(pattern);
          const effect = pattern.field.startsWith('not')
            ? 'it leaves no request out'
            : values.action.value === 'DENY'
              ? 'it denies nothing'
              : 'no request matches it';
          return {
            target,
            at: pattern.value.place,
            message: `${pattern.field} "${pattern.value.value}": the * within it is taken as a letter, so that ${effect}.`,
            fix:
              template === undefined
                ? `A * as the first or the last letter of ${pattern.field} alone.`
                : `${pattern.field}: ["${template}"]`,
            // To let more pass is for people to decide.
            edits:
              template !== undefined && values.action.value === 'DENY' && pattern.field === 'paths'
                ? setValue(pattern.value, template)
                : [],
          };
        }),
    ),
};

/** Beside `/dex/*` the value `/dex/**` adds nothing, however it is read. */
function isCovered(one: Pattern, all: readonly Pattern[]): boolean {
  return all.some(
    ({ field, value: { value } }) =>
      field === one.field &&
      value !== one.value.value &&
      /^[^*]*\*$/.test(value) &&
      one.value.value.startsWith(value.slice(0, -1)),
  );
}

function isLiteral(value: string): boolean {
  if (value === '*') return false;
  // The first letter is looked at first, and then the last: with both, the last * is a letter.
  const rest = value.startsWith('*') ? value.slice(1) : value.replace(/\*$/, '');
  return rest.replaceAll('{*}', '').replaceAll('{**}', '').includes('*');
}

/** The path with templates, where each * is a whole segment. */
function templateOf({ field, value }: Pattern): string | undefined {
  if (!/^(?:notP|p)aths$/.test(field) || /[{}]/.test(value.value)) return undefined;
  const segments = value.value.split('/').map((segment, index, all) => {
    if (segment !== '*') return segment;
    return index === all.length - 1 ? '{**}' : '{*}';
  });
  return segments.some((segment) => segment.includes('*') && !/^\{\*{1,2}\}$/.test(segment))
    ? undefined
    : segments.join('/');
}
