import { describe, expect, test } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import type { Catalog } from '../../src/model/catalog.js';
import type {
  CapabilityManifest,
  TemplateChange,
  TemplateManifest,
} from '../../src/model/manifest.js';
import { settingValueSchema } from '../../src/model/setting-schema.js';
import { findSetting, toPattern } from '../../src/stages/template-changes.js';
import { laterCatalog } from '../support/later-catalog.js';

/** The catalog that ships, and the one of the tests, in which every kind of change occurs. */
const catalogs: readonly (readonly [string, Catalog])[] = [
  ['shipped', readCatalog(process.cwd())],
  ['later', laterCatalog()],
];

describe.each(catalogs)('changes that the %s catalog declares', (_, catalog) => {
  const manifests = [...catalog.languages, ...catalog.capabilities];
  const paths = manifests.flatMap(({ files }) =>
    files.flatMap(({ path, was }) => [path, ...was]).map((path) => fill(path)),
  );

  test('are about files and settings that are there, and say why in a sentence', () => {
    expect(manifests.flatMap((manifest) => faultsOf(manifest, paths))).toEqual([]);
  });
});

test('a change that is about nothing is found', () => {
  const [manifest] = laterCatalog().capabilities;
  if (manifest === undefined) throw new Error('no capability');
  const changes: TemplateChange[] = [
    { version: '9.0.0', files: ['no/such.file'], why: 'Nothing.' },
    { version: '9.0.0', files: [], default: { setting: 'absent', was: 1 }, why: 'Nothing.' },
    { version: '9.0.0', files: ['*'], why: 'no sentence' },
  ];
  expect(faultsOf({ ...manifest, changes }, ['a'])).toHaveLength(3);
});

function fill(path: string): string {
  return path.replaceAll('{{service.name}}', 'orders').replaceAll('{{upstream.name}}', 'inventory');
}

function faultsOf(
  manifest: CapabilityManifest | TemplateManifest,
  paths: readonly string[],
): string[] {
  return manifest.changes.flatMap(({ version, files, default: changed, why }) => {
    const place = `${manifest.title} ${version}`;
    const unknown = files.filter(
      (pattern) => !paths.some((path) => toPattern([pattern], 'orders').test(path)),
    );
    const setting =
      changed === undefined || !('id' in manifest)
        ? undefined
        : findSetting(manifest, changed.setting);
    const isLost = changed !== undefined && (setting === undefined || setting.type === 'object');
    const isSame =
      setting !== undefined &&
      setting.type !== 'object' &&
      (!settingValueSchema(setting).safeParse(changed?.was).success ||
        JSON.stringify(changed?.was) === JSON.stringify(setting.default));
    return [
      ...unknown.map((pattern) => `${place}: no file is ${pattern}`),
      ...(isLost ? [`${place}: there is no setting ${changed.setting}`] : []),
      ...(isSame ? [`${place}: ${changed?.setting} was never that`] : []),
      ...(/^[A-Z].*\.$/s.test(why) ? [] : [`${place}: no sentence: ${why}`]),
    ];
  });
}
