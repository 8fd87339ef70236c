import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, expect, test } from 'vitest';

import { readCatalogSource } from '../../src/io/catalog.js';
import { emitters } from '../../src/meshes/found/emitters.js';

let root: string | undefined;
afterEach(() => {
  if (root !== undefined) rmSync(root, { recursive: true, force: true });
});

function read(files: Readonly<Record<string, string>>) {
  root = mkdtempSync(join(tmpdir(), 'parts-'));
  const all = { 'package.json': '{"version":"1.0.0"}', 'templates/.keep': '', ...files };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return readCatalogSource(root);
}

const head = 'id: grid\ntitle: Grid\nsummary: A grid.\norder: 1\n';
const [{ id } = { id: '' }] = emitters;

test('files in the folder of a mesh are for that mesh, and a setting offers all that there are', () => {
  const source = read({
    'capabilities/grid/capability.yaml': `${head}settings:\n  kind: { type: mesh, default: ${id}, env: false, doc: A mesh. }\n`,
    [`capabilities/grid/deploy/${id}/files.yaml`]:
      'settings:\n  hue: { type: boolean, default: false, env: false, doc: Whether. }\n' +
      'files:\n  - { path: deploy/mesh/a.yaml, template: a.yaml.hbs }\n' +
      'slots:\n  - { slot: here, text: "b\\n" }\n',
    [`capabilities/grid/deploy/${id}/a.yaml.hbs`]: 'a\n',
  });
  const [grid] = source.capabilities;
  expect(grid?.settings).toMatchObject({
    kind: { type: 'enum', values: emitters.map((mesh) => mesh.id) },
    hue: { mesh: id },
  });
  expect(grid?.files).toMatchObject([{ template: `deploy/${id}/a.yaml.hbs`, when: { mesh: id } }]);
  expect(grid?.slots).toMatchObject([{ slot: 'here', when: { mesh: id } }]);
  expect(source.sources.get(`grid/deploy/${id}/a.yaml.hbs`)).toBe('a\n');
});

test.each([
  [
    'a folder of no mesh',
    { 'capabilities/grid/capability.yaml': head, 'capabilities/grid/deploy/fog/files.yaml': '{}' },
    `"fog" is none of ${emitters.map((mesh) => mesh.id).join(', ')}`,
  ],
  [
    'a template of a mesh that the manifest lists',
    {
      'capabilities/grid/capability.yaml': `${head}files:\n  - { path: a.yaml, template: deploy/${id}/a.yaml.hbs }\n`,
      [`capabilities/grid/deploy/${id}/a.yaml.hbs`]: 'a\n',
    },
    'a.yaml belongs in',
  ],
  [
    'a setting that both the capability and a mesh declare',
    {
      'capabilities/grid/capability.yaml': `${head}settings:\n  hue: { type: boolean, default: false, doc: Whether. }\n`,
      [`capabilities/grid/deploy/${id}/files.yaml`]:
        'settings:\n  hue: { type: boolean, default: false, doc: Whether. }\n',
    },
    'the setting hue is declared twice',
  ],
  [
    'a slot for a mesh that the manifest fills',
    {
      'capabilities/grid/capability.yaml': `${head}slots:\n  - { slot: here, when: { mesh: ${id} }, text: a }\n`,
    },
    'the slot here belongs in',
  ],
])('%s is refused', (_, files, message) => {
  expect(() => read(files)).toThrow(message);
});
