import { execFileSync } from 'node:child_process';
import { runInNewContext } from 'node:vm';

import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { expandVariables } from '../../src/meshes/kubernetes/expand-variables.js';
import { helpers } from '../../src/stages/quoting.js';
import { hostileTexts } from '../support/hostile.js';

describe('a quoted text reads back as itself', () => {
  test.each(['1.1', '1.2'] as const)('in YAML %s', (version) => {
    for (const text of hostileTexts) {
      expect(parse(`key: ${helpers.yaml(text)}\n`, { version })).toEqual({ key: text });
    }
  });

  test('in JSON', () => {
    for (const text of hostileTexts) expect(JSON.parse(helpers.json(text))).toBe(text);
  });

  test('in TypeScript', () => {
    for (const text of hostileTexts) expect(runInNewContext(helpers.ts(text))).toBe(text);
  });

  test('in a shell', () => {
    const words = hostileTexts.map((text) => helpers.sh(text)).join(' ');
    const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${words}`], { encoding: 'utf8' });
    expect(printed.split('\0').slice(0, -1)).toEqual([...hostileTexts]);
  });

  test('in Go, whose string escapes are a superset of those used', () => {
    for (const text of hostileTexts) {
      const literal = helpers.go(text);
      expect(JSON.parse(literal)).toBe(text);
      expect(literal).not.toMatch(/\\\//);
    }
  });
});

test('an environment value keeps Kubernetes from expanding it', () => {
  const above = new Map([['HOME', 'expanded']]);
  for (const text of [
    ...hostileTexts,
    '$(HOME)',
    'a$(B)c',
    '$',
    '$$',
    '$$(HOME)',
    '$$$(HOME)',
    '$(',
  ]) {
    const written = parse(helpers.yamlEnv(text)) as string;
    expect(expandVariables(written, (name) => above.get(name))).toBe(text);
  }
});

test('Markdown marks lose their meaning', () => {
  expect(helpers.md('a|b_c*d`e<f')).toBe('a\\|b\\_c\\*d\\`e\\<f');
});

test.each([
  ['950ms', '950 * time.Millisecond', '950'],
  ['2s', '2 * time.Second', '2000'],
  ['1500ms', '1500 * time.Millisecond', '1500'],
])('the duration %s', (duration, go, ms) => {
  expect(helpers.goDuration(duration)).toBe(go);
  expect(helpers.ms(duration)).toBe(ms);
});

test('a value that is no text is refused', () => {
  expect(() => helpers.yaml(undefined)).toThrow('undefined');
  expect(() => helpers.go(['a'])).toThrow('object');
});
