import { expect, test } from 'vitest';

import { documentSettings } from '../../scripts/docs/settings.js';
import { readCatalog } from '../../src/io/catalog.js';
import { requestJsonSchema } from '../../src/stages/request-json-schema.js';

/** Every key that scaffold.yaml may have is explained in the section of its place. */
type Schema = {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | false;
  readonly anyOf?: readonly Schema[];
};
const catalog = readCatalog(process.cwd());
const schema = JSON.parse(requestJsonSchema(catalog)) as Schema;
const sections = new Map(
  documentSettings(catalog)
    .split(/^## /m)
    .map((section) => [/^`(.+)`/.exec(section)?.[1] ?? '', section]),
);

function keysOf({ properties, items, additionalProperties, anyOf }: Schema): string[] {
  return [
    ...Object.keys(properties ?? {}),
    ...(items === undefined ? [] : keysOf(items)),
    ...(additionalProperties ? keysOf(additionalProperties) : []),
    ...(anyOf ?? []).flatMap(keysOf),
  ];
}

const at = (...path: readonly string[]): Schema =>
  path.reduce<Schema>((level, key) => level.properties?.[key] ?? {}, schema);

test.each([
  ['service', at('service')],
  ['upstreams[]', at('upstreams')],
  ['environments', at('environments')],
  ['check.accept[]', at('check', 'accept')],
  ['drift.accept[]', at('drift', 'accept')],
  ['tool.source', at('tool', 'source')],
])('%s', (name, place) => {
  const keys = keysOf(place);
  expect(keys.length).toBeGreaterThan(1);
  for (const key of keys) {
    const row = new RegExp(`^\\| \`${key}\` \\|.*\\| \\S.* \\|$`, 'm');
    expect(sections.get(name), key).toMatch(row);
  }
});

test('no section of the file is left out', () => {
  for (const key of Object.keys(schema.properties ?? {})) {
    if (key === 'version' || key === 'capabilities') continue;
    const names = [...sections.keys()].filter((name) => name.split(/[.[]/)[0] === key);
    expect(names, key).not.toEqual([]);
  }
});
