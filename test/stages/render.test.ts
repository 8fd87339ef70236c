import { describe, expect, test } from 'vitest';

import { catalogOf } from '../support/catalog-of.js';
import { problemOf, renderText } from '../support/request.js';

const skeleton = {
  manifest: {
    files: [
      {
        path: 'main',
        template: 'main.hbs',
        ownership: 'composed',
        slots: ['steps', { name: 'imports', sorted: true }],
      },
    ],
  },
  files: { 'main.hbs': 'use\n  {{> imports}}\nrun {{service.name}}\n{{> steps}}\nend\n' },
};

describe('slots', () => {
  const catalog = catalogOf(
    {
      later: {
        capability: {
          order: 2,
          slots: [
            { slot: 'steps', text: 'later\n' },
            { slot: 'imports', text: 'b\nz\n' },
          ],
        },
      },
      first: {
        capability: {
          order: 1,
          slots: [
            { slot: 'steps', text: 'first\n' },
            { slot: 'imports', text: 'z\na\n' },
          ],
        },
      },
    },
    skeleton,
  );

  test('hold contributions in the order of capabilities; a sorted one holds each line once', () => {
    const tree = renderText(
      '{ service: { name: hut }, capabilities: { later: , first: } }',
      catalog,
    );
    expect(tree.get('main')?.text).toBe('use\n  a\n  b\n  z\nrun hut\nfirst\nlater\nend\n');
    expect(tree.get('main')?.capabilities).toEqual(['first', 'later']);
  });

  test('leave no line behind when they are empty', () => {
    const tree = renderText('{ service: { name: hut } }', catalog);
    expect(tree.get('main')?.text).toBe('use\nrun hut\nend\n');
    expect(tree.get('main')?.capabilities).toEqual([]);
  });

  test('see the upstream of the loop they stand in', () => {
    const looped = catalogOf(
      {
        mark: {
          capability: { slots: [{ slot: 'steps', text: '{{name}} of {{@root.service.name}}\n' }] },
        },
      },
      {
        ...skeleton,
        files: { 'main.hbs': '{{#each upstreams}}\n{{> steps}}\n{{/each}}\n{{> imports}}\n' },
      },
    );
    const tree = renderText(
      '{ service: { name: hut }, capabilities: { mark: }, upstreams: [{ name: a, url: "http://a.b.svc" }, { name: c, url: "http://c.b.svc" }] }',
      looped,
    );
    expect(tree.get('main')?.text).toBe('a of hut\nc of hut\n');
  });
});

test('conditions decide over files, and one file per upstream carries its name', () => {
  const catalog = catalogOf({
    sole: {
      capability: {
        files: [
          { path: 'deploy/alone', template: 'deploy/a.hbs', when: { without: ['pair'] } },
          { path: 'deploy/both', template: 'deploy/a.hbs', when: { with: ['pair'] } },
          { path: 'deploy/to-{{upstream.name}}', template: 'deploy/b.hbs', each: 'upstreams' },
        ],
      },
      files: { 'deploy/a.hbs': 'a\n', 'deploy/b.hbs': '{{upstream.host}}\n' },
    },
    pair: {},
  });
  const upstreams = 'upstreams: [{ name: x, url: "http://x.b.svc:81/v1" }]';
  const alone = renderText(
    `{ service: { name: hut }, capabilities: { sole: }, ${upstreams} }`,
    catalog,
  );
  const both = renderText('{ service: { name: hut }, capabilities: { sole: , pair: } }', catalog);
  expect([...alone.keys()]).toEqual(['deploy/alone', 'deploy/to-x']);
  expect(alone.get('deploy/to-x')?.text).toBe('x.b.svc.cluster.local\n');
  expect([...both.keys()]).toEqual(['deploy/both']);
});

test('two declarations of one path are refused, also when only case differs', () => {
  const file = (path: string) => ({
    capability: { files: [{ path, template: 'plain/a.hbs' }] },
    files: { 'plain/a.hbs': '' },
  });
  const catalog = catalogOf({ one: file('Read.me'), two: file('read.ME') });
  const problem = problemOf(() =>
    renderText('{ service: { name: hut }, capabilities: { one: , two: } }', catalog),
  );
  expect(problem).toMatchObject({ code: 'output-collision', exitCode: 2 });
});

test('a template that asks for what nobody declared fails', () => {
  const catalog = catalogOf({}, { ...skeleton, files: { 'main.hbs': '{{service.nmae}}' } });
  expect(() => renderText('{ service: { name: hut } }', catalog)).toThrow('nmae');
});
