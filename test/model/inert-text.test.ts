import { describe, expect, test } from 'vitest';

import { asOneLine, showControls, showRunnerCommands } from '../../src/model/inert-text.js';

describe('what a terminal would obey is shown', () => {
  test.each([
    ['a\u001b[2Jb', 'a\\u001b[2Jb'],
    ['a\u001b]0;title\u0007b', 'a\\u001b]0;title\\u0007b'],
    ['a\u009b2Jb', 'a\\u009b2Jb'],
    ['a\rb\bc\u007f', 'a\\u000db\\u0008c\\u007f'],
    ['a\u202eb\u2066c', 'a\\u202eb\\u2066c'],
    ['\u001b[8mhidden\u001b[28m', '\\u001b[8mhidden\u001b[28m'],
    ['\u001b[1;8mhidden', '\\u001b[1;8mhidden'],
  ])('%j', (text, shown) => {
    expect(showControls(text)).toBe(shown);
    expect(JSON.parse(showControls(JSON.stringify(text)))).toBe(text);
  });

  test.each(['a\tb\nc é 😀 ⚠️', '\u001b[31mred\u001b[39m \u001b[1;97mbright\u001b[m'])(
    '%j stays',
    (text) => {
      expect(showControls(text)).toBe(text);
    },
  );

  test('lines end with a line feed', () => {
    expect(showControls('a\r\nb\r\n')).toBe('a\nb\n');
  });
});

describe('what a CI runner would obey is shown', () => {
  test.each([
    ['::set-output name=a::b', '\\u003a:set-output name=a::b'],
    ['a\n   ::stop-commands::x', 'a\n   \\u003a:stop-commands::x'],
    ['a ##[add-mask]b', 'a #\\u0023[add-mask]b'],
    ['::SET-ENV name=a::b', '\\u003a:SET-ENV name=a::b'],
    ['::errors::x', '\\u003a:errors::x'],
  ])('%j', (text, shown) => {
    expect(showRunnerCommands(text)).toBe(shown);
  });

  test.each([
    '::error file=a.yaml,line=1::text',
    '  ::group::tests',
    'a ::set-output::b',
    '## [a]',
  ])('%j stays', (text) => {
    expect(showRunnerCommands(text)).toBe(text);
  });
});

test('one line stays one line', () => {
  expect(asOneLine('a\n::error::b\tc')).toBe('a\\u000a::error::b c');
});
