import { describe, expect, test } from 'vitest';

import { checkConditions } from '../../src/stages/check-conditions.js';
import { catalogOf } from '../support/catalog-of.js';
import { renderText } from '../support/request.js';

const settings = {
  provider: { type: 'enum', values: ['one', 'two'], default: 'one', env: false, doc: 'A mesh.' },
  copies: { type: 'integer', min: 0, max: 9, default: 2, env: false, doc: 'How many.' },
  loud: { type: 'boolean', default: false, env: false, doc: 'Whether.' },
  wait: { type: 'duration', default: '2s', env: false, doc: 'How long.' },
  inner: {
    type: 'object',
    doc: 'A map.',
    settings: { word: { type: 'string', default: 'x', env: false, doc: 'A word.' } },
  },
};

/** A capability whose settings are compared, and one that writes a file under a condition. */
function catalogWith(when: Record<string, unknown>) {
  const files = [{ path: 'made.txt', template: 'deploy/made.txt.hbs', when }];
  return catalogOf({
    grid: { capability: { settings } },
    writer: { capability: { files }, files: { 'deploy/made.txt.hbs': 'made\n' } },
  });
}

describe('a condition on a setting', () => {
  const isMade = (when: Record<string, unknown>, grid: string): boolean =>
    renderText(
      `{ service: { name: hut }, capabilities: { ${grid}writer: } }`,
      catalogWith(when),
    ).has('made.txt');

  test.each([
    [{ setting: 'grid.provider', is: 'one' }, 'grid: , ', true],
    [{ setting: 'grid.provider', is: 'two' }, 'grid: , ', false],
    [{ setting: 'grid.provider', is: 'two' }, 'grid: { provider: two }, ', true],
    [{ setting: 'grid.copies', is: 2 }, 'grid: , ', true],
    [{ setting: 'grid.copies', is: 0 }, 'grid: { copies: 0 }, ', true],
    [{ setting: 'grid.copies', is: 3 }, 'grid: , ', false],
    [{ setting: 'grid.copies', above: 1 }, 'grid: , ', true],
    [{ setting: 'grid.copies', above: 2 }, 'grid: , ', false],
    [{ setting: 'grid.loud', is: false }, 'grid: , ', true],
    [{ setting: 'grid.loud', is: true }, 'grid: , ', false],
    [{ setting: 'grid.loud' }, 'grid: , ', false],
    [{ setting: 'grid.loud' }, 'grid: { loud: true }, ', true],
    [{ setting: 'grid.inner.word', is: 'x' }, 'grid: , ', true],
    [{ setting: 'grid.provider', is: 'one' }, '', false],
    [{ setting: 'grid.loud', is: false }, '', false],
    [{ setting: 'grid.provider', is: 'one', with: ['grid'] }, 'grid: , ', true],
    [{ setting: 'grid.provider', is: 'one', without: ['grid'] }, 'grid: , ', false],
  ])('%j with { %s}: %s', (when, grid, expected) => {
    expect(isMade(when, grid)).toBe(expected);
  });

  test('needs the setting that it compares', () => {
    expect(() => catalogWith({ is: 'one' })).toThrow('name it under \\"setting\\"');
  });
});

describe('the conditions of manifests', () => {
  const messagesOf = (when: Record<string, unknown>) =>
    checkConditions(catalogWith(when)).map(({ owner, message }) => `${owner}: ${message}`);

  test.each([
    [{ setting: 'grid.provider', is: 'two' }],
    [{ setting: 'grid.copies', above: 1 }],
    [{ setting: 'grid.wait' }],
    [{ setting: 'grid.inner.word', is: 'x' }],
    [{ with: ['grid'], without: ['writer'] }],
    [{ serves: 'http', calls: 'grpc', uses: 'http' }],
  ])('may be %j', (when) => {
    expect(messagesOf(when)).toEqual([]);
  });

  test.each([
    [{ serves: 'grcp' }, 'no transport "grcp" for "when". Did you mean grpc?'],
    [{ calls: 'fog' }, 'no transport "fog"'],
    [{ uses: 'fog' }, 'no transport "fog"'],
    [{ with: ['gird'] }, 'no capability "gird" for "when". Did you mean grid?'],
    [{ without: ['fog'] }, 'no capability "fog"'],
    [{ setting: 'grid.provder', is: 'one' }, 'no setting "grid.provder" for "when". Did you mean'],
    [{ setting: 'fog.provider', is: 'one' }, 'no setting "fog.provider"'],
    [{ setting: 'grid.inner', is: 'x' }, 'no setting "grid.inner"'],
    [
      { setting: 'grid.provider', is: 'three' },
      '"grid.provider" is never "three": it is one of one, two.',
    ],
    [
      { setting: 'grid.copies', is: 10 },
      '"grid.copies" is never "10": it is a whole number from 0 to 9',
    ],
    [{ setting: 'grid.loud', is: 'true' }, '"grid.loud" is never "true": it is true or false.'],
    [{ setting: 'grid.wait', is: '2s' }, '"is" compares words and numbers'],
    [{ setting: 'grid.provider', above: 1 }, '"above" compares numbers'],
  ])('are refused as %j', (when, message) => {
    expect(messagesOf(when).join()).toContain(`writer: ${message}`);
  });
});

describe('a condition on a transport', () => {
  const catalog = catalogOf({
    writer: {
      capability: {
        files: ['serves', 'calls', 'uses'].flatMap((how) =>
          ['http', 'grpc'].map((id) => ({
            path: `${how}-${id}.txt`,
            template: 'deploy/made.txt.hbs',
            when: { [how]: id },
          })),
        ),
      },
      files: {
        'deploy/made.txt.hbs':
          'made{{#if serves.grpc}} serves{{/if}}{{#if calls.grpc}} calls{{/if}}{{#if uses.grpc}} uses{{/if}}\n',
      },
    },
  });
  const madeFor = (url: string) => {
    const upstreams = url === '' ? '' : `, upstreams: [{ name: stock, url: "${url}" }]`;
    return [
      ...renderText(`{ service: { name: hut }, capabilities: { writer: }${upstreams} }`, catalog),
    ].filter(([path]) => path.endsWith('.txt'));
  };

  test.each([
    ['', ['serves-http', 'uses-http'], ''],
    ['http://stock.shop:80', ['calls-http', 'serves-http', 'uses-http'], ''],
  ])('with an upstream "%s": %j', (url, expected, text) => {
    const made = madeFor(url);
    expect(made.map(([path]) => path.replace('.txt', ''))).toEqual(expected);
    expect(new Set(made.map(([, file]) => file.text))).toEqual(new Set([`made${text}\n`]));
  });
});
