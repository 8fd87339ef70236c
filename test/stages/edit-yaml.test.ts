import { parse, parseDocument } from 'yaml';
import { describe, expect, test } from 'vitest';

import { removeAt, type YamlPath } from '../../src/manifests/edit-yaml.js';
import { removeCapabilities, removeUpstream } from '../../src/stages/edit-request.js';
import { changeSetting } from '../../src/stages/what-if.js';
import { catalogOf } from '../support/catalog-of.js';

const catalog = catalogOf({
  alpha: {
    capability: {
      upstreamKey: 'alpha',
      settings: { attempts: { type: 'integer', min: 1, max: 9, default: 2, doc: 'Tries.' } },
    },
  },
});

/** Odd spaces, quotes and comments: none of them may change. */
const written = `# ours
service:   {name: 'hut',   module: "example.com/hut"} # the service
capabilities:
    alpha: {attempts:   3}   # tries
    beta:
        key:   "x"
upstreams:
    # the warehouse
    - name:   stock
      alpha: {attempts: 2} # more
      timeout:   3s
    - {name: mail,   url: 'http://mail'}
environments:
    dusk: # evening
        capabilities: {alpha:   {attempts: 1}}
        upstreams:
            # evening's
            - name: stock
              timeout:   5s
            - name: mail # letters
              timeout: '6s'
    dawn:
        capabilities:
            alpha: {attempts: 2}
`;

describe('--what-if changes one value and no other byte', () => {
  test.each([
    ['alpha.attempts=5', '{attempts:   3}', '{attempts: 5}'],
    ['service.name=den', "{name: 'hut',", '{name: den,'],
    ['upstreams.stock.timeout=9s', 'timeout:   3s', 'timeout: 9s'],
    ['upstreams.mail.url=http://post', "url: 'http://mail'}", 'url: http://post}'],
    ['beta.key=', 'key:   "x"', 'key: null'],
    ['gamma.size=1', '        key:   "x"\n', '        key:   "x"\n    gamma:\n      size: 1\n'],
    ['beta.key.deep=1', 'key:   "x"', 'key:\n          deep: 1'],
  ])('%s', (assignment, before, after) => {
    expect(changeSetting(written, assignment)).toBe(written.replace(before, after));
  });
});

test('a removed upstream takes its lines in environments along', () => {
  expect(removeUpstream(written, 'mail')).toBe(
    written
      .replace("    - {name: mail,   url: 'http://mail'}\n", '')
      .replace("            - name: mail # letters\n              timeout: '6s'\n", ''),
  );
});

test('a removed capability takes its overrides along; an environment stays although it is empty', () => {
  expect(removeCapabilities(written, ['alpha'], catalog)).toBe(
    written
      .replace('    alpha: {attempts:   3}   # tries\n', '')
      .replace('      alpha: {attempts: 2} # more\n', '')
      .replace('capabilities: {alpha:   {attempts: 1}}', 'capabilities: {}')
      .replace('capabilities:\n            alpha: {attempts: 2}\n', 'capabilities: {}\n'),
  );
});

describe('whatever is removed, the rest means the same', () => {
  const paths = (value: unknown, at: YamlPath = []): YamlPath[] =>
    typeof value !== 'object' || value === null
      ? []
      : Object.entries(value).flatMap(([key, inner]) => {
          const path = [...at, Array.isArray(value) ? Number(key) : key];
          return [path, ...paths(inner, path)];
        });
  test.each(paths(parse(written)).map((at) => [at.join('.'), at] as const))('%s', (_, at) => {
    const document = parseDocument(written);
    const edited = removeAt(written, document, { at, emptied: 'keep' });
    document.deleteIn(at);
    expect(parse(edited ?? '')).toEqual(document.toJS());
  });
});
