import { readdirSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { validators } from '../../src/manifests/schemas/validators.js';
import { kinds } from '../../src/meshes/found/kinds.js';
import { rules } from '../../src/meshes/found/rules.js';

const filesIn = (pattern: RegExp): string[] =>
  readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((path) => pattern.test(path));

/** `HTTPRoute` is http-route, `MeshTLSAuthentication` is mesh-tls-authentication. */
const kebab = (kind: string): string =>
  kind
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();

describe('kinds are found by their files', () => {
  const files = filesIn(/^meshes\/[^/]+\/kinds\/[^/]+\.ts$/);

  test('each file holds the kind that it is named after, with a word of its group where two have one name', () => {
    const unclaimed = files.map((path) => path.replace(/^.*\/|\.ts$/g, ''));
    for (const { kind, group } of kinds) {
      const name = kind === '*' ? 'any-object' : kebab(kind);
      const names = [...group.split('.').map((word) => `${word}-${name}`), name];
      const at = unclaimed.findIndex(
        (file) => file === names.find((one) => unclaimed.includes(one)),
      );
      expect(at, `a file of ${group}/${kind}`).not.toBe(-1);
      unclaimed.splice(at, 1);
    }
    expect(unclaimed).toEqual([]);
  });

  test('every schema belongs to a kind, and the schema of every kind is there', () => {
    const described = kinds.flatMap(({ schema, kind }) =>
      schema === undefined ? [] : [`${schema}/${kind}`],
    );
    expect([...described, 'kustomize.config.k8s.io/v1beta1/Kustomization'].sort()).toEqual(
      [...validators.keys()].sort(),
    );
  });

  test('a kind is of the group of its schema, and so are the versions that it is served in too', () => {
    for (const { group, schema, alsoServed = [] } of kinds) {
      for (const version of [...(schema === undefined ? [] : [schema]), ...alsoServed]) {
        expect(version.includes('/') ? version.split('/')[0] : '').toBe(group);
      }
    }
  });
});

test('rules are found by their files, which are named after their codes', () => {
  const files = filesIn(/(?:^|\/)rules\/(?:(?:application|composition)\/)?[^/]+\.ts$/).filter(
    (path) => !/^rules\/[^/]+$/.test(path),
  );
  const named = files.map((path) => path.replace(/^.*\/|\.ts$/g, '').replaceAll('-', '_'));
  expect(rules.map(({ code }) => code.toLowerCase()).sort()).toEqual(named.sort());
  expect(rules).toEqual([...rules].sort((a, b) => (a.code < b.code ? -1 : 1)));
});
