import { describe, expect, it } from 'vitest';

import { validateManifests } from '../../src/meshes/validate-manifests.js';
import { allCombinations } from '../support/combinations.js';
import {
  at,
  catalog,
  inventory,
  objectsOf,
  renderDeploy,
  request,
  type Manifest,
} from './support/deploy.js';

const render = (text: string): Map<string, Manifest> => objectsOf(renderDeploy(text));

describe('every object', () => {
  const objects = [
    ...render(request({ upstreams: [inventory, '{ name: old, url: "http://old.example.com" }'] })),
  ];

  it.each(objects)('%s stands in the namespace and carries the prune label', (_, object) => {
    expect(at(object, 'metadata.namespace')).toBe('shop');
    expect(at(object, 'metadata.labels')).toEqual({ 'app.kubernetes.io/name': 'orders' });
  });

  it.each(objects.filter(([, { apiVersion }]) => String(apiVersion).includes('istio.io')))(
    '%s has a stable API version',
    (_, { apiVersion }) => {
      expect(apiVersion).toMatch(/^(?:networking|security|telemetry)\.istio\.io\/v1$/);
    },
  );

  it('is none of the platform', () => {
    expect(objects.map(([id]) => id.split(' ')[0])).not.toContain('Namespace');
  });
});

describe('every combination', () => {
  const combinations = allCombinations(catalog, 'go');

  it.each(combinations.map(({ name, text }) => [name, text]))('%s is valid', (name, text) => {
    const files = renderDeploy(text);
    expect(files.length > 0).toBe(name.includes('mesh-ready'));
    const { findings, unchecked } = validateManifests(files);
    expect([findings, unchecked]).toEqual([[], []]);
  });

  it('takes names of 63 characters', () => {
    const long = 'a'.repeat(63);
    const text = request({
      name: long,
      upstreams: [inventory.replace('inventory,', `${long.replace('a', 'b')},`)],
    });
    expect(validateManifests(renderDeploy(text)).findings).toEqual([]);
  });
});
