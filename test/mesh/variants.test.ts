import { describe, expect, test } from 'vitest';

import { variants } from '../../src/meshes/found/variants.js';
import { wishes, type MeshVariant } from '../../src/model/mesh-variant.js';
import { objectsOf, renderDeploy, request, type Manifest } from './support/deploy.js';

const upstreams = [
  '{ name: inventory, url: "http://inventory.stock.svc.cluster.local:8080" }',
  '{ name: payments, url: "https://payments.example.com" }',
];
const callers =
  ', callers: [{ namespace: web, serviceAccount: storefront, users: true }], rollout: ';

/** Objects of services that are made for a variant: with and without retries, enforced and tried. */
function objectsFor({ settings, further = [] }: MeshVariant): readonly Manifest[] {
  const chosen = [...settings, ...further]
    .map((each) => each.split('='))
    .map(([key = '', value = '']) => `, ${key}: ${value}`)
    .join('');
  const capabilities = ['retry', 'jwt', 'observability'];
  return ['enforce', 'observe']
    .flatMap((rollout) => [
      request({ upstreams, mesh: `${chosen}${callers}${rollout}` }),
      request({ upstreams, capabilities: [], mesh: chosen }),
      request({ upstreams, capabilities, mesh: `${chosen}${callers}${rollout}` }),
    ])
    .flatMap((text) => [...objectsOf(renderDeploy(text)).values()]);
}

/** Whether an object has a field, `[]` for each item of a list, or an annotation or label anywhere in it. */
function has(object: unknown, path: string): boolean {
  const [, word, key = ''] = /^(annotation|label) (.*)$/.exec(path) ?? [];
  if (word !== undefined) return hasMetadata(object, `${word}s`, key);
  const [first = '', ...rest] = path.split('.');
  const isList = first.endsWith('[]');
  const value = (object as Record<string, unknown> | undefined)?.[first.replace('[]', '')];
  if (value === undefined || value === null) return false;
  if (rest.length === 0) return true;
  const inner = isList ? (value as readonly unknown[]) : [value];
  return inner.some((each) => has(each, rest.join('.')));
}

function hasMetadata(value: unknown, of: string, key: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const held = (value as Record<string, unknown>)[of];
  if (typeof held === 'object' && held !== null && key in held) return true;
  return Object.values(value).some((inner) => hasMetadata(inner, of, key));
}

describe.each(variants)('$title', (variant) => {
  const objects = objectsFor(variant);

  test.each(Object.entries(variant.grants))('%s: what it sets is generated', (_, granted) => {
    if ('cannot' in granted) {
      expect(granted.cannot).toMatch(/^[A-Z].*\.$/);
      expect(granted.instead).toMatch(/^[A-Z].*\.$/);
      return;
    }
    expect(granted.fields).not.toEqual([]);
    for (const field of granted.fields) {
      const [kind = '', ...path] = field.split(' ');
      const ofKind = objects.filter((object) => object['kind'] === kind);
      expect(
        ofKind.some((object) => has(object, path.join(' '))),
        field,
      ).toBe(true);
    }
  });

  test('it speaks of every wish', () => {
    expect(Object.keys(variant.grants)).toEqual(Object.keys(wishes));
  });
});
