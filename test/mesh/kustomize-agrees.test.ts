import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { addKustomizationFiles } from '../../src/io/kustomization-files.js';
import { beyondPlain } from '../../src/manifests/beyond-plain.js';
import { resolveKustomization } from '../../src/manifests/kustomize.js';
import { objectOf, type LocatedObject } from '../../src/manifests/node.js';
import { readDocuments } from '../../src/manifests/read-documents.js';
import { plainOf } from '../../src/manifests/yaml-node.js';
import { kindFacts } from '../../src/meshes/kind-facts.js';
import { readFolder } from '../support/read-folder.js';
import { needing, runTool } from './support/tools.js';

/** Each folder is a kustomization; what kustomize builds of it and what our code makes of it are the same. */
const root = fileURLToPath(new URL('../fixtures/kustomize', import.meta.url));
const { skip, note } = needing('kustomize');

/** The hash at the end of generated names, which we leave out. */
const HASH = /-[0-9a-z]{10}(?=$|")/g;

function describe(objects: readonly LocatedObject[]): Record<string, unknown> {
  return Object.fromEntries(
    objects.map(({ name, root: node }) => {
      const value = plainOf(node) as { data?: unknown };
      // We leave out what Secrets hold.
      const shown = name.kind === 'Secret' ? { ...value, data: undefined, type: undefined } : value;
      const text = JSON.stringify(shown).replace(HASH, '');
      const key = `${name.kind} ${name.namespace} ${name.name}`.replace(HASH, '');
      return [key, JSON.parse(text) as unknown];
    }),
  );
}

test.skipIf(skip).each(readdirSync(root))(`%s as kustomize builds it${note}`, async (name) => {
  const folder = join(root, name);
  const files = addKustomizationFiles(folder, readFolder(folder));
  expect(beyondPlain('kustomization.yaml', files)).toEqual([]);
  const ours = resolveKustomization('kustomization.yaml', files, kindFacts);
  expect(ours.problems).toEqual([]);
  const { code, stdout, stderr } = await runTool('kustomize', ['build', folder], root);
  expect(code, stderr).toBe(0);
  const { documents } = readDocuments({ path: 'built.yaml', text: stdout });
  const built = documents.flatMap((node) => objectOf(node) ?? []);
  expect(describe(ours.objects)).toEqual(describe(built));
});
