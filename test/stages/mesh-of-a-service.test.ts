import { describe, expect, test } from 'vitest';

import type { Catalog } from '../../src/model/catalog.js';
import type { MeshEmitter, MeshIntent } from '../../src/model/mesh-emitter.js';
import { withMeshParts, meshPartSchema } from '../../src/model/mesh-part.js';
import { checkConditions } from '../../src/stages/check-conditions.js';
import { catalogOf } from '../support/catalog-of.js';
import { problemOf, renderText, resolveText } from '../support/request.js';

const settings = {
  kind: { type: 'enum', values: ['one', 'two'], default: 'one', env: false, doc: 'A mesh.' },
  shape: {
    type: 'enum',
    values: ['flat', 'round'],
    default: 'flat',
    env: false,
    sameEverywhere: true,
    doc: 'A form.',
  },
  namespace: { type: 'string', default: 'shop', env: false, doc: 'Where.' },
  copies: { type: 'integer', min: 1, max: 9, default: 2, env: false, doc: 'How many.' },
};
const controls = [
  {
    kind: 'meshIdentity',
    layer: 'mesh',
    target: 'service',
    values: { mesh: 'kind', namespace: 'namespace', replicas: 'copies' },
  },
];

/** A mesh that keeps what it was asked. */
function mesh(id: string, asked: MeshIntent[] = []): MeshEmitter {
  return {
    id,
    title: id.toUpperCase(),
    emit: (intent) => {
      asked.push(intent);
      return {
        service: { word: `${id} of ${intent.place.namespace}` },
        upstreams: new Map(intent.upstreams.map(({ upstream }) => [upstream.name, { path: id }])),
        unsaid: [],
      };
    },
  };
}

function catalogWith(...meshes: readonly MeshEmitter[]): Catalog {
  const catalog = catalogOf({
    grid: {
      capability: { settings, controls },
      files: {
        'deploy/one/all.hbs': '{{mesh.title}}: {{emitted.word}} {{settings.grid.colour}}\n',
        'deploy/two/all.hbs': '{{mesh.title}}: {{emitted.word}}\n',
        'deploy/two/call.hbs': '{{upstream.name}} by {{upstream.emitted.path}}\n',
      },
    },
  });
  const file = { path: 'deploy/mesh/all.txt', template: 'all.hbs' };
  const call = {
    path: 'deploy/mesh/{{upstream.name}}.txt',
    template: 'call.hbs',
    each: 'upstreams',
  };
  const parts = new Map(
    Object.entries({
      one: {
        settings: {
          colour: { type: 'enum', values: ['red', 'blue'], default: 'red', doc: 'Hue.' },
        },
        files: [file],
      },
      two: { files: [file, { ...call, where: 'emitted.path' }] },
    }).map(([id, part]) => [id, meshPartSchema.parse(part)]),
  );
  const capabilities = catalog.capabilities.map((manifest) => withMeshParts(manifest, parts));
  return { ...catalog, capabilities, meshes };
}

const both = catalogWith(mesh('one'), mesh('two'));
const service = (grid: string, more = '') =>
  `{ service: { name: hut }, capabilities: { grid: ${grid} }${more} }`;
const upstreams = ', upstreams: [{ name: barn, url: "http://barn.shop.svc.cluster.local" }]';

describe('a service', () => {
  const files = (text: string): Record<string, string> =>
    Object.fromEntries([...renderText(text, both)].map(([path, file]) => [path, file.text]));

  test("gets the files of the mesh that its setting names, in that mesh's words", () => {
    expect(files(service('', upstreams))).toEqual({
      'deploy/mesh/all.txt': 'ONE: one of shop red\n',
    });
    expect(files(service('{ kind: two, namespace: farm }', upstreams))).toEqual({
      'deploy/mesh/all.txt': 'TWO: two of farm\n',
      'deploy/mesh/barn.txt': 'barn by two\n',
    });
  });

  test('tells the mesh what it wants in numbers that hold for every mesh', () => {
    const asked: MeshIntent[] = [];
    const text = service('{ kind: two, copies: 4 }', upstreams);
    renderText(text, catalogWith(mesh('two', asked)));
    expect(asked[0]).toMatchObject({
      service: 'hut',
      place: { namespace: 'shop', replicas: 4, callers: [], observed: false },
      issuer: undefined,
      openPaths: { probes: ['/healthz', '/readyz'], anonymous: [] },
      policy: { stopping: 25_000, maxRequests: 1_024 },
      settings: { kind: 'two', copies: 4 },
      upstreams: [{ policed: true, policy: { safeTries: 3, ejection: { errors: 5 } } }],
    });
  });

  test('may not set what only another mesh knows', () => {
    const problem = problemOf(() => resolveText(service('{ kind: two, colour: blue }'), both));
    expect(problem).toMatchObject({
      code: 'setting-of-other-mesh',
      exitCode: 2,
      message: 'grid.colour is a setting of ONE, and the service is for TWO.',
      hint: 'Remove grid.colour, or set grid.kind to one.',
    });
    expect(resolveText(service('{ colour: blue }'), both).request.mesh).toBe('one');
  });

  test('is in one mesh in all its environments', () => {
    const environments =
      ', environments: { prod: { capabilities: { grid: { kind: two } } }, test: { capabilities: { grid: { kind: one } } } }';
    const problem = problemOf(() => resolveText(service('', environments), both, 'prod'));
    expect(problem).toMatchObject({
      code: 'environment-in-other-mesh',
      exitCode: 2,
      message: 'the environment "prod" sets grid.kind to "two", and the service is for "one".',
    });
    expect(resolveText(service('', environments), both, 'test').request.mesh).toBe('one');
  });

  test('may not have settings together that its mesh refuses', () => {
    const one: MeshEmitter = {
      ...mesh('one'),
      refuse: ({ settings: { colour, copies } }, nameOf) =>
        colour === 'blue' && copies === 1
          ? { message: `${nameOf('colour')} is blue.`, hint: `Set ${nameOf('copies')}.` }
          : undefined,
    };
    const picky = catalogWith(one, mesh('two'));
    const problem = problemOf(() => resolveText(service('{ colour: blue, copies: 1 }'), picky));
    expect(problem).toMatchObject({
      code: 'settings-exclude-each-other',
      exitCode: 2,
      message: 'grid.colour is blue.',
      hint: 'Set grid.copies.',
    });
    expect(resolveText(service('{ colour: blue }'), picky).request.mesh).toBe('one');
    expect(resolveText(service('{ kind: two, copies: 1 }'), picky).request.mesh).toBe('two');
  });

  test('has one value in all its environments of a setting that says so', () => {
    const environments =
      ', environments: { prod: { capabilities: { grid: { shape: round } } }, test: { capabilities: { grid: { shape: flat } } } }';
    const problem = problemOf(() => resolveText(service('', environments), both, 'prod'));
    expect(problem).toMatchObject({
      code: 'environment-differs',
      exitCode: 2,
      message: 'the environment "prod" sets grid.shape to "round", and the service to "flat".',
    });
    expect(problem.hint).toContain('remove grid.shape from the environment');
    expect(resolveText(service('', environments), both, 'test').request.mesh).toBe('one');
  });

  test.each([
    { where: 'in another namespace', grid: '{ namespace: farm }', whose: 'ours' },
    { where: 'in that of the upstream', whose: 'theirs' },
    {
      where: 'there in an environment',
      grid: '{ namespace: farm }',
      prod: 'capabilities: { grid: { namespace: shop } }',
      whose: 'theirs',
    },
    {
      where: 'there by the URL of an environment',
      grid: '{ namespace: farm }',
      prod: 'upstreams: [{ name: barn, url: "http://barn.farm.svc.cluster.local" }]',
      whose: 'theirs',
    },
    { where: 'there, with a claim', mesh: ', mesh: { owner: consumer }', whose: 'claimed' },
    {
      where: 'elsewhere, where the policy is the provider’s',
      grid: '{ namespace: farm }',
      mesh: ', mesh: { owner: provider }',
      whose: 'theirs',
    },
  ])(
    '$where: a route of the whole namespace is $whose',
    ({ grid = '', prod = '', mesh: owner = '', whose }) => {
      const barn = `{ name: barn, url: "http://barn.shop.svc.cluster.local"${owner} }`;
      const more = `, upstreams: [${barn}], environments: { prod: { ${prod} } }`;
      for (const environment of [undefined, 'prod']) {
        const { request } = resolveText(service(grid, more), both, environment);
        expect(request.upstreams[0]?.namespaceRoute).toBe(whose);
      }
    },
  );

  test('of which nobody says the mesh gets what every mesh has', () => {
    const bare = catalogOf({
      grid: {
        capability: {
          settings,
          controls: controls.map((control) => ({ ...control, values: { namespace: 'namespace' } })),
          files: [{ path: 'deploy/base/all.txt', template: 'deploy/all.hbs' }],
        },
        files: { 'deploy/all.hbs': '{{mesh.namespace}}{{mesh.title}}\n' },
      },
    });
    expect(renderText(service(''), bare).get('deploy/base/all.txt')?.text).toBe('shop\n');
  });
});

test('a condition on a mesh that is not there is a fault of the manifest', () => {
  const catalog = catalogOf({
    grid: {
      capability: {
        files: [{ path: 'a', template: 'deploy/a.hbs', when: { mesh: 'tow' } }],
      },
      files: { 'deploy/a.hbs': 'a\n' },
    },
  });
  expect(checkConditions({ ...catalog, meshes: both.meshes })).toEqual([
    { owner: 'grid', message: 'no mesh "tow" for "when". Did you mean two?' },
  ]);
});
