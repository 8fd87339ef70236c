import { expect, test } from 'vitest';

import { divideLoose } from '../../src/project/loose-units.js';

/** `path: objects`, a line each; the units as `name: paths`. */
function divide(files: Readonly<Record<string, string>>): Record<string, string> {
  const units = divideLoose(Object.keys(files), (path) => files[path]!.split(' '));
  return Object.fromEntries(units.map(({ name, paths }) => [name, paths.join(' ')]));
}

test('files that name each object once are one unit', () => {
  expect(divide({ 'a.yaml': 'a', 'b/c.yaml': 'c' })).toEqual({ '': 'a.yaml b/c.yaml' });
});

test('folders of environments are units, with what only one has, and what lies beside them', () => {
  const files = {
    'shared.yaml': 's',
    'dev/web.yaml': 'web',
    'prod/web.yaml': 'web',
    'prod/scale.yaml': 'scale',
  };
  expect(divide(files)).toEqual({
    dev: 'shared.yaml dev/web.yaml',
    prod: 'shared.yaml prod/web.yaml prod/scale.yaml',
  });
});

test('a folder per cluster with a folder per environment is divided twice', () => {
  const files = {
    'eu/dev/web.yaml': 'web',
    'eu/prod/web.yaml': 'web',
    'eu/common.yaml': 'common',
    'us/prod/web.yaml': 'web',
    'us/common.yaml': 'common',
  };
  expect(divide(files)).toEqual({
    'eu/dev': 'eu/common.yaml eu/dev/web.yaml',
    'eu/prod': 'eu/common.yaml eu/prod/web.yaml',
    us: 'us/prod/web.yaml us/common.yaml',
  });
});

test('variants of one file in a folder are units, those of different objects together', () => {
  const files = {
    'app.yaml': 'app',
    'reviews-v1.yaml': 'reviews',
    'reviews-v2.yaml': 'reviews',
    'ratings-a.yaml': 'ratings',
    'ratings-b.yaml': 'ratings',
  };
  expect(divide(files)).toEqual({
    'reviews-v1.yaml, ratings-a.yaml': 'app.yaml reviews-v1.yaml ratings-a.yaml',
    'reviews-v2.yaml, ratings-b.yaml': 'app.yaml reviews-v2.yaml ratings-b.yaml',
  });
});

test('files that all units share are not read without end', () => {
  const shared = Array.from({ length: 100 }, (_, index) => [`shared-${index}.yaml`, `s${index}`]);
  const variants = Array.from({ length: 100 }, (_, index) => [`route-${index}.yaml`, 'route']);
  const files = Object.fromEntries([...shared, ...variants]) as Record<string, string>;
  const units = divideLoose(Object.keys(files), (path) => [files[path]!]);
  expect(units).toHaveLength(100);
  const read = units.reduce((sum, { paths }) => sum + paths.length, 0);
  expect(read).toBeLessThanOrEqual(9 * 200);
  expect(new Set(units.flatMap(({ paths }) => paths)).size).toBe(200);
});
