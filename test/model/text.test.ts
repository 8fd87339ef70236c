import { describe, expect, test } from 'vitest';

import { addressOf, findHostProblem } from '../../src/transports/address.js';
import { formatDuration, parseDuration } from '../../src/model/duration.js';
import {
  camelCase,
  constantCase,
  findNameProblem,
  pascalCase,
  suggestName,
} from '../../src/model/names.js';
import { didYouMean, suggest } from '../../src/model/suggest.js';
import { isRequestPath, parseHttpUrl, quote } from '../../src/model/text.js';

describe('names', () => {
  const good = ['a', 'orders', 'order-lines', 'a1', 'main', 'type', 'a'.repeat(63)];
  test.each(good)('%j is good', (name) => {
    expect(findNameProblem(name)).toBeUndefined();
  });

  test.each([
    ['', ''],
    ['Orders_API', 'orders-api'],
    ['orderLines', 'order-lines'],
    ['-x', 'x'],
    ['x-', 'x'],
    ['1st', 'st'],
    ['.', ''],
    ['..', ''],
    ['../../etc', 'etc'],
    ['/abs', 'abs'],
    ['C:\\x', 'c-x'],
    ['~/x', 'x'],
    ['%2e%2e%2f', 'e-2e-2f'],
    ['@scope/x', 'scope-x'],
    ['a'.repeat(64), 'a'.repeat(63)],
    ['café', 'cafe'],
    ['a\u0000b', 'a-b'],
    ['a\u200bb', 'a-b'],
    ['__proto__', 'proto'],
    ['con', 'con-service'],
    ['no', 'no-service'],
    ['null', 'null-service'],
    ['y', 'y-service'],
    ['com1', 'com1-service'],
    ['😀', ''],
  ])('%j is refused, with %j as the nearest', (name, suggestion) => {
    expect(findNameProblem(name)).toMatchObject({ suggestion });
    if (suggestion !== '') expect(findNameProblem(suggestion)).toBeUndefined();
  });

  test('become identifiers', () => {
    expect(pascalCase('order-lines-2')).toBe('OrderLines2');
    expect(camelCase('order-lines')).toBe('orderLines');
    expect(constantCase('perTryTimeout')).toBe('PER_TRY_TIMEOUT');
    expect(constantCase('circuit-breaker')).toBe('CIRCUIT_BREAKER');
  });

  test('suggestName keeps to the grammar', () => {
    expect(suggestName('Ünïcode Näme!')).toBe('unicode-name');
  });
});

describe('durations', () => {
  test.each([
    ['950ms', 950, '950ms'],
    ['2s', 2_000, '2s'],
    ['1.5s', 1_500, '1500ms'],
    ['1m30s', 90_000, '90s'],
    ['1h', 3_600_000, '3600s'],
    ['0s', 0, '0s'],
  ])('%s is %d ms, written %s', (text, ms, written) => {
    expect(parseDuration(text)).toBe(ms);
    expect(formatDuration(ms)).toBe(written);
    expect(parseDuration(written)).toBe(ms);
  });

  test.each(['', '5', '5 s', '-1s', '1.0001ms', '1us', 's', '1e3s', '∞s', '1S'])(
    '%j is none',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );
});

describe('URLs', () => {
  test.each([
    [
      'http://stock.shop.svc.cluster.local:8080',
      'stock.shop.svc.cluster.local',
      8_080,
      'shop',
      false,
    ],
    ['http://stock.shop.svc', 'stock.shop.svc.cluster.local', 80, 'shop', false],
    ['https://api.example.com/v1', 'api.example.com', 443, '', true],
    ['http://svc.example.com', 'svc.example.com', 80, '', true],
  ])('%s', (url, ...[host, port, namespace, external]) => {
    expect(addressOf(url)).toMatchObject({ host, port, namespace, external });
  });

  test.each([
    'ftp://a.b',
    'stock',
    'http://',
    'http://user:secret@a.b',
    'http://a.b/?q=1',
    'http://a.b/#f',
    'http://a.b/$(x)`',
    'http://a b',
    'http://[::1]',
    'http://a_b.c',
    'http://a.b/,c',
    'http://a.b/%',
    'http://a.b/%x',
    'http://a.b/%2',
    'http://a.b:99999',
  ])('%s is refused', (url) => {
    expect(parseHttpUrl(url)).toBeUndefined();
  });

  test.each(['10.0.0.1', 'localhost', 'stock'])('no mesh can route to %s', (host) => {
    expect(findHostProblem(host)).toBeDefined();
  });
});

test.each([
  ['/', true],
  ['/healthz', true],
  ['/a/b.json', true],
  ['/a/', true],
  ['healthz', false],
  ['/a/../b', false],
  ['/a//b', false],
  ['/a*', false],
  ['/%2e', false],
  ['/a?b', false],
])('%s as an exact path: %s', (path, good) => {
  expect(isRequestPath(path)).toBe(good);
});

describe('words', () => {
  const known = ['retry', 'circuit-breaker', 'observability', 'jwt', 'mesh-ready'];
  test.each([
    ['retries', 'retry'],
    ['jtw', 'jwt'],
    ['circuitbreaker', 'circuit-breaker'],
    ['mesh', 'mesh-ready'],
    ['grpc', undefined],
  ])('%s suggests %s', (word, suggestion) => {
    expect(suggest(word, known)).toBe(suggestion);
  });

  test('no suggestion, no sentence', () => {
    expect(didYouMean('zzzzzz', known)).toBe('');
  });
});

test('a quoted value shows what cannot be seen, and is never long', () => {
  expect(quote('a\u202eb')).toBe('"a\\u{202e}b"');
  expect(quote('a\u001b[31m')).toBe('"a\\u001b[31m"');
  expect(quote('x'.repeat(1_000)).length).toBeLessThan(130);
  expect(quote(7)).toBe('"7"');
});
