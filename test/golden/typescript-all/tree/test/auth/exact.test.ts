import { describe, expect, test } from 'vitest';

import { readMembers } from '../../src/auth/exact.ts';

const known = ['kid', 'sub', 'x5t#S256'];

function read(text: string | Uint8Array) {
  return readMembers(typeof text === 'string' ? Buffer.from(text) : text, known);
}

describe('read members', () => {
  test.each([
    '{}',
    ' {"sub":"alice","kid":null} ',
    '{"subs":{"sub":1,"sub":2,"SUB":3},"list":[{"sub":1},{"sub":2}]}',
    '{"Other":1,"other":2}',
    String.raw`{"quote\"":"{\"sub\":1","sub":"}"}`,
  ])('reads %s', (text) => {
    expect(read(text)).toEqual(JSON.parse(text));
  });

  test.each([
    ['', 'JSON'],
    ['{"sub":1}{}', 'JSON'],
    ['{"sub":1,}', 'JSON'],
    [Buffer.from('{"sub":"\xff"}', 'latin1'), 'encoded data was not valid'],
    ['\ufeff{}', 'JSON'],
    ['null', 'not a JSON object'],
    ['[{"sub":1}]', 'not a JSON object'],
    ['"sub"', 'not a JSON object'],
    ['{"sub":1,"sub":1}', '"sub" twice'],
    [String.raw`{"sub":1,"s\u0075b":1}`, '"sub" twice'],
    ['{"other":[{}],"other":{}}', '"other" twice'],
    ['{"SUB":1}', '"SUB", which equals'],
    ['{"sub":1,"Sub":1}', '"Sub", which equals'],
    ['{"\u017fub":1}', 'which equals'],
    [String.raw`{"\u212aid":1}`, 'which equals'],
    ['{"x5t#s256":1}', 'which equals'],
    [String.raw`{"deep":{"sub":1},"\u0053ub":1}`, 'which equals'],
  ])('refuses %s', (text, reason) => {
    expect(() => read(text)).toThrow(reason);
  });
});
