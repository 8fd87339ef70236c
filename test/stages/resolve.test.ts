import { describe, expect, test } from 'vitest';

import { catalogOf } from '../support/catalog-of.js';
import { problemOf, resolveText } from '../support/request.js';

const call = 'upstreams: [{ name: stock, url: "http://stock.shop.svc.cluster.local" }]';
const perUpstream = {
  upstreamKey: 'again',
  settings: { attempts: { type: 'integer', min: 1, max: 9, default: 2, doc: 'Tries.' } },
};

describe('capabilities', () => {
  const catalog = catalogOf({
    roof: { capability: { requires: [{ id: 'wall', reason: 'it rests on it.' }] } },
    wall: { capability: { suggests: [{ id: 'door', reason: 'people want in.' }] } },
    door: { capability: { conflicts: [{ id: 'moat', reason: 'the door would be under water.' }] } },
    moat: {},
  });

  test('adds what a chosen one requires, and says why', () => {
    const resolution = resolveText('{ service: { name: hut }, capabilities: { roof: } }', catalog);
    expect([...resolution.request.capabilities.keys()]).toEqual(['roof', 'wall']);
    expect(resolution.added).toEqual([
      { id: 'wall', because: 'roof requires it: it rests on it.' },
    ]);
    expect(resolution.suggestions).toEqual([{ id: 'door', because: 'people want in.' }]);
  });

  test('does not depend on the order in which they are written', () => {
    const [one, other] = ['roof: {}, moat: {}', 'moat: {}, roof: {}'].map((capabilities) =>
      resolveText(`{ service: { name: hut }, capabilities: { ${capabilities} } }`, catalog),
    );
    expect(one).toEqual(other);
  });

  test('refuses two that exclude each other, with both names and the reason', () => {
    const problem = problemOf(() =>
      resolveText('{ service: { name: hut }, capabilities: { moat: , door: } }', catalog),
    );
    expect(problem).toMatchObject({ code: 'capability-conflict', exitCode: 2 });
    expect(problem.message).toBe(
      'the capabilities door and moat exclude each other: the door would be under water.',
    );
  });

  test('refuses a circle of requirements by its members', () => {
    const circle = catalogOf({
      egg: { capability: { requires: [{ id: 'hen', reason: 'laid by it.' }] } },
      hen: { capability: { requires: [{ id: 'egg', reason: 'hatched from it.' }] } },
    });
    const problem = problemOf(() =>
      resolveText('{ service: { name: hut }, capabilities: { egg: } }', circle),
    );
    expect(problem.message).toContain('egg → hen → egg');
  });
});

describe('upstreams', () => {
  const catalog = catalogOf({ again: { capability: perUpstream } });

  test('an override merges over the shared settings, false switches off', () => {
    const { request } = resolveText(
      `{ service: { name: hut }, capabilities: { again: { attempts: 3 } }, upstreams: [
        { name: a, url: "http://a.b.svc" },
        { name: c, url: "http://c.b.svc", again: { attempts: 5 } },
        { name: d, url: "http://d.b.svc", again: false }] }`,
      catalog,
    );
    expect(request.upstreams.map(({ settings }) => settings.get('again'))).toEqual([
      { attempts: 3 },
      { attempts: 5 },
      undefined,
    ]);
  });

  test.each([
    ['no upstream', ''],
    [
      'every upstream has it off',
      ', upstreams: [{ name: a, url: "http://a.b.svc", again: false }]',
    ],
  ])('a per-upstream capability generates nothing when %s', (_, upstreams) => {
    const { request, idle } = resolveText(
      `{ service: { name: hut }, capabilities: { again: }${upstreams} }`,
      catalog,
    );
    expect(idle).toEqual(['again']);
    expect(request.active.has('again')).toBe(false);
  });

  test('an override of an absent capability is refused', () => {
    const problem = problemOf(() =>
      resolveText(
        '{ service: { name: hut }, upstreams: [{ name: a, url: "http://a.b.svc", again: { attempts: 1 } }] }',
        catalog,
      ),
    );
    expect(problem).toMatchObject({ code: 'override-without-capability', exitCode: 2 });
  });

  test('names that become one identifier are refused', () => {
    const problem = problemOf(() =>
      resolveText(
        '{ service: { name: hut }, upstreams: [{ name: a-1, url: "http://a.b.svc" }, { name: a1, url: "http://c.b.svc" }] }',
        catalog,
      ),
    );
    expect(problem.message).toBe('the upstreams "a-1" and "a1" become the same identifier, A1.');
  });
});

describe('service', () => {
  const catalog = catalogOf({});

  test('its deadline leaves room for every upstream and a second of its own', () => {
    const { request } = resolveText(
      `{ service: { name: hut }, upstreams: [
        { name: a, url: "http://a.b.svc", timeout: 4s }, { name: c, url: "http://c.b.svc" }] }`,
      catalog,
    );
    expect(request.service.timeout).toBe(7_000);
  });

  test('a value that somebody wrote stands', () => {
    const { request } = resolveText(`{ service: { name: hut, timeout: 1s }, ${call} }`, catalog);
    expect(request.service.timeout).toBe(1_000);
  });
});

describe('environments', () => {
  const catalog = catalogOf({
    again: { capability: perUpstream },
    place: {
      capability: {
        settings: {
          namespace: {
            type: 'string',
            default: 'shop',
            environmentKey: 'namespace',
            doc: 'Where.',
          },
          hosts: { type: 'list', of: { type: 'host', doc: 'A host.' }, default: [], doc: 'Hosts.' },
        },
      },
    },
  });
  const text = `{ service: { name: hut }, capabilities: { again: , place: { hosts: [a.b, c.d] } }, ${call},
    environments: { staging: { namespace: dusk, capabilities: { place: { hosts: [e.f] } },
      service: { port: 9000 }, upstreams: [{ name: stock, timeout: 1s, again: { attempts: 4 } }] } } }`;

  test('override deeply, lists are replaced, upstreams meet by name', () => {
    const { request } = resolveText(text, catalog, 'staging');
    expect(request.capabilities.get('place')).toEqual({ namespace: 'dusk', hosts: ['e.f'] });
    expect(request.service.port).toBe(9_000);
    expect(request.upstreams[0]).toMatchObject({
      timeout: 1_000,
      url: 'http://stock.shop.svc.cluster.local',
    });
    expect(request.upstreams[0]?.settings.get('again')).toEqual({ attempts: 4 });
  });

  test('leave the rest of the file alone', () => {
    const { request } = resolveText(text, catalog);
    expect(request.capabilities.get('place')).toEqual({ namespace: 'shop', hosts: ['a.b', 'c.d'] });
    expect(request.environments).toEqual(['staging']);
  });

  test('an unknown one is refused with what there is', () => {
    const problem = problemOf(() => resolveText(text, catalog, 'stagging'));
    expect(problem.message).toBe('there is no environment "stagging". Did you mean staging?');
  });
});
