import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';

import { readCatalog } from '../../src/io/catalog.js';
import { checkProjects } from '../../src/project/check-project.js';
import { accessOf } from '../../src/explain/access.js';
import { explainFlow } from '../../src/explain/explain-flow.js';
import { readProject } from '../../src/project/read-project.js';
import { validateManifests } from '../../src/meshes/validate-manifests.js';
import { compose } from '../../src/project/compose.js';
import { composeTree } from '../../src/stages/compose-service.js';
import { readFolder } from '../support/read-folder.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const catalog = readCatalog(root);
const declaration = readFileSync(`${root}/test/golden/go-all/scaffold.yaml`, 'utf8');
const generated = new Map(
  [...composeTree(declaration, catalog).tree].map(([path, { text }]) => [path, text]),
);

/** Everything that reads manifests, over all files at once. What it finds does not matter here. */
function readAll(files: ReadonlyMap<string, string>): void {
  // What nobody changed was validated before; kustomizations say which files are patches.
  const changed = [...files].filter(
    ([path, text]) => generated.get(path) !== text || path.endsWith('kustomization.yaml'),
  );
  validateManifests(changed.map(([path, text]) => ({ path, text })));
  const [checked] = checkProjects([{ files, catalog }]);
  for (const { message, fix, locations } of checked!.findings) {
    expect(`${message} ${fix}`).not.toMatch(/undefined|\[object/);
    expect(locations[0]?.line).toBeGreaterThan(0);
  }
  const composition = compose(readProject({ files, catalog }).controls);
  for (const flow of composition.flows) explainFlow(flow, accessOf(composition));
}

describe('manifests as people leave them', () => {
  const folder = fileURLToPath(new URL('fixtures/odd', import.meta.url));

  test.each([...readFolder(folder)])('%s is read or reported, and stops nothing', (path, text) => {
    readAll(new Map([[path, text]]));
    readAll(new Map([...generated, [`deploy/base/${path}`, text]]));
    const kustomization = generated.get('deploy/base/kustomization.yaml')!;
    const listed = kustomization.replace('resources:', `resources:\n  - ${path}`);
    expect(listed).not.toBe(kustomization);
    const files: [string, string][] = [
      ['deploy/base/kustomization.yaml', listed],
      [`deploy/base/${path}`, text],
    ];
    readAll(new Map([...generated, ...files]));
  });
});

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Places of a value, deepest included. */
function placesOf(value: Json, at: readonly (string | number)[] = []): (string | number)[][] {
  const below =
    value !== null && typeof value === 'object'
      ? Object.entries(value).flatMap(([key, item]) =>
          placesOf(item, [...at, Array.isArray(value) ? Number(key) : key]),
        )
      : [];
  return at.length === 0 ? below : [[...at], ...below];
}

/** Undefined deletes. */
type Change = { readonly where: number; readonly to: Json | undefined };

/** Deletes or replaces what stands at a place, chosen by a number. */
function mutate(document: Json, { where, to }: Change): void {
  const places = placesOf(document);
  const place = places[where % places.length];
  if (place === undefined) return;
  const parent = place
    .slice(0, -1)
    .reduce<Json>((value, key) => (value as Record<string | number, Json>)[key]!, document);
  const key = place.at(-1)!;
  if (to !== undefined) (parent as Record<string | number, Json>)[key] = structuredClone(to);
  else if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else Reflect.deleteProperty(parent as object, key);
}

describe('generated manifests with random changes', () => {
  const paths = [...generated.keys()].filter((path) => /^deploy\/.*\.yaml$/.test(path));
  const documents = new Map(
    paths.map((path) => {
      const read = parseAllDocuments(generated.get(path)!);
      return [path, (Array.isArray(read) ? read : []).map((one) => one.toJS() as Json)];
    }),
  );
  const change: fc.Arbitrary<Change> = fc.record({
    where: fc.nat(),
    to: fc.oneof(
      fc.constant(undefined),
      fc.constantFrom<Json>(null, [], {}, '', 'x', 0, -1, 1e21, true, [null], [[]], { '': null }),
    ),
  });
  const changes = fc.record({
    path: fc.constantFrom(...paths),
    changes: fc.array(change, { minLength: 1, maxLength: 4 }),
  });

  const textOf = ({ path, changes: all }: { path: string; changes: readonly Change[] }): string => {
    const changed = structuredClone(documents.get(path)!);
    for (const one of all) mutate(changed, one);
    return changed.map((one) => stringify(one)).join('---\n');
  };
  const seeded = (numRuns: number) => ({ numRuns, seed: 20_261_122, endOnFailure: true });

  test('raise no exception in the validators', () => {
    fc.assert(
      fc.property(changes, (given) => {
        const { findings } = validateManifests([{ path: given.path, text: textOf(given) }]);
        for (const { message } of findings) expect(message).not.toMatch(/undefined|\[object/);
      }),
      seeded(3_000),
    );
  });

  test('raise no exception in the rules and in explain', () => {
    fc.assert(
      fc.property(changes, (given) => {
        readAll(new Map([...generated, [given.path, textOf(given)]]));
      }),
      seeded(Number(process.env['FUZZ_RUNS'] ?? 200)),
    );
  }, 120_000);
});
