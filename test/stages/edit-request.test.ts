import { describe, expect, test } from 'vitest';

import {
  addCapabilities,
  addUpstream,
  removeCapabilities,
  removeUpstream,
} from '../../src/stages/edit-request.js';
import { composeRequest } from '../../src/stages/compose-request.js';
import { catalogOf } from '../support/catalog-of.js';

const attempts = { type: 'integer', min: 1, max: 9, default: 2, doc: 'Tries.' };
const catalog = catalogOf({
  alpha: { capability: { upstreamKey: 'alpha', settings: { attempts } } },
  beta: {
    capability: {
      settings: {
        key: { type: 'url', default: 'https://key.invalid', placeholder: true, doc: 'Key.' },
      },
    },
  },
  gamma: {},
});
const ids = ['alpha', 'beta', 'gamma'];
const base = { name: 'hut', language: 'plain', module: 'example.com/hut', assignments: [] };
const upstreams = [{ name: 'stock', url: 'http://stock.b.svc' }];
const add = (text: string, ...added: string[]): string =>
  addCapabilities(text, added, { assignments: [], catalog });

const subsets = ids.reduce<string[][]>(
  (sets, id) => [...sets, ...sets.map((set) => [...set, id])],
  [[]],
);

describe.each([[[]], [upstreams]])('in a file as `new` writes it, upstreams %j', (declared) => {
  const compose = (capabilities: readonly string[]): string =>
    composeRequest({ ...base, upstreams: declared, capabilities }, catalog);

  test('adding any capability to any set gives what `new` with both would have written', () => {
    for (const set of subsets) {
      for (const id of ids.filter((candidate) => !set.includes(candidate))) {
        expect(add(compose(set), id)).toBe(compose([...set, id]));
      }
    }
  });

  test('removing after adding gives back every byte', () => {
    for (const set of subsets) {
      for (const id of ids.filter((candidate) => !set.includes(candidate))) {
        expect(removeCapabilities(add(compose(set), id), [id], catalog)).toBe(compose(set));
      }
    }
  });

  test('so it is with upstreams', () => {
    const more = { name: 'mail', url: 'https://mail.example.com' };
    const grown = addUpstream(compose(['beta']), more);
    expect(grown).toBe(
      composeRequest({ ...base, upstreams: [...declared, more], capabilities: ['beta'] }, catalog),
    );
    expect(removeUpstream(grown, 'mail')).toBe(compose(['beta']));
  });
});

const written = `# ours
service: {name: hut}   # the service

capabilities:
    # asked for by audit
    alpha:   {attempts:   3}

# calls
upstreams:
- name: stock   # warehouse
  url: "http://stock.b.svc"
  alpha: { attempts: 4 }
environments:
  dusk: { capabilities: { alpha: { attempts: 1 } } }
`;

test('what people wrote stays as they wrote it', () => {
  expect(add(written, 'beta')).toBe(
    written.replace(
      'attempts:   3}\n',
      'attempts:   3}\n    beta:\n      key: https://key.invalid # placeholder: set it before you deploy\n',
    ),
  );
  expect(addUpstream(written, { name: 'mail', url: 'http://mail.b.svc' })).toBe(
    written.replace('environments:', '- name: mail\n  url: http://mail.b.svc\nenvironments:'),
  );
});

test('a removed capability takes its overrides along, and comments of others stay', () => {
  const removed = removeCapabilities(written, ['alpha'], catalog);
  expect(removed).not.toContain('attempts');
  for (const comment of ['# ours', '# the service', '# calls', '# warehouse'])
    expect(removed).toContain(comment);
});

test('a flow map becomes a block when something is added', () => {
  expect(add('service: { name: hut }\ncapabilities: { gamma: {} }\n', 'alpha')).toBe(
    'service: { name: hut }\ncapabilities:\n  alpha: {}\n  gamma: {}\n',
  );
});

test('a section that is missing is made', () => {
  expect(add('service: { name: hut }', 'gamma')).toBe(
    'service: { name: hut }\ncapabilities:\n  gamma: {}\n',
  );
  expect(add('service: { name: hut }\nupstreams: []\n', 'gamma')).toBe(
    'service: { name: hut }\ncapabilities:\n  gamma: {}\nupstreams: []\n',
  );
});

const commented = `capabilities:
  alpha:
    attempts: 3
    # attempts: 5
  # without it, audits fail
  beta:
    key: x # theirs
  # the last
  gamma: {}
`;

test('what is removed takes the comments within it along, and none of what follows', () => {
  expect(removeCapabilities(commented, ['alpha'], catalog)).toBe(
    'capabilities:\n  # without it, audits fail\n  beta:\n    key: x # theirs\n  # the last\n  gamma: {}\n',
  );
  expect(removeCapabilities(commented, ['beta'], catalog)).toBe(
    commented.replace('  beta:\n    key: x # theirs\n', ''),
  );
});

test('what is added stands above the comments of what follows', () => {
  const without = removeCapabilities(commented, ['alpha'], catalog);
  expect(add(without, 'alpha')).toBe(
    without.replace('capabilities:\n', 'capabilities:\n  alpha: {}\n'),
  );
});
