import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { readEquivalents } from '../../scripts/docs/read-equivalents.js';
import { rules } from '../../src/meshes/found/rules.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const codes = new Set(rules.map(({ code }) => code));

describe.each(['istioctl', 'kiali'] as const)('equivalents of %s', (tool) => {
  const equivalents = readEquivalents(tool, root);

  test('each code is there once', () => {
    const theirs = equivalents.map(({ code }) => code);
    expect(theirs.length).toBeGreaterThan(40);
    expect([...new Set(theirs)]).toEqual(theirs);
  });

  test('each has a rule of ours, or the reason why not', () => {
    const unsaid = equivalents.filter(
      ({ rules: ours = [], excluded, open }) =>
        ours.length === 0 && excluded === undefined && open === undefined,
    );
    expect(unsaid).toEqual([]);
  });

  test('what manifests do not decide has no rule', () => {
    expect(
      equivalents.filter(
        ({ excluded, rules: ours }) => excluded !== undefined && ours !== undefined,
      ),
    ).toEqual([]);
  });

  test('the rules are rules', () => {
    const named = equivalents.flatMap(({ rules: ours = [] }) => ours);
    expect(named.filter((code) => !codes.has(code))).toEqual([]);
  });
});
