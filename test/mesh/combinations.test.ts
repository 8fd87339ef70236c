import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { resolveKustomization } from '../../src/manifests/kustomize.js';
import { validateFiles } from '../../src/manifests/validate.js';
import { kindFacts } from '../../src/meshes/kind-facts.js';
import { kinds } from '../../src/meshes/found/kinds.js';
import { variants } from '../../src/meshes/found/variants.js';
import { checkProjects } from '../../src/project/check-project.js';
import { composeTree } from '../../src/stages/compose-service.js';
import { meshCombinations } from '../support/mesh-combinations.js';
import { writeTree } from '../support/write-tree.js';
import { catalog } from './support/deploy.js';
import { needing, runTool } from './support/tools.js';

const { skip, note } = needing('kustomize');
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function treeOf(text: string): ReadonlyMap<string, string> {
  return new Map([...composeTree(text, catalog).tree].map(([path, file]) => [path, file.text]));
}

/** Every combination of what a service may choose, by pairs, for every way of running it in a mesh. */
describe.each(variants)('$title', (variant) => {
  const combinations = meshCombinations(variant);

  test.each(combinations)('is valid, builds and composes: $name', ({ text }) => {
    const files = treeOf(text);
    const deployed = [...files].flatMap(([path, each]) =>
      path.startsWith('deploy/') ? [{ path, text: each }] : [],
    );
    const { findings, unchecked, valid } = validateFiles(deployed, kinds);
    expect(findings).toEqual([]);
    expect(unchecked).toEqual([]);
    expect(valid).toBeGreaterThan(6);
    for (const folder of ['deploy/mesh', 'deploy/overlays/staging']) {
      const built = resolveKustomization(`${folder}/kustomization.yaml`, files, kindFacts);
      expect(built.problems).toEqual([]);
      const namespaces = new Set(built.objects.map(({ name }) => name.namespace));
      expect([...namespaces]).toEqual([folder === 'deploy/mesh' ? 'shop' : 'shop-staging']);
    }
    for (const options of [{}, { environment: 'staging' }]) {
      const [checked] = checkProjects([{ files, catalog, ...options }]);
      const serious = (checked?.findings ?? []).filter(({ severity }) => severity !== 'info');
      expect(serious.map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
    }
  });

  test.skipIf(skip)(`is what kustomize builds${note}`, async () => {
    const [{ text } = { text: '' }] = combinations;
    const folder = mkdtempSync(join(tmpdir(), 'mesh-'));
    folders.push(folder);
    writeTree(folder, composeTree(text, catalog).tree);
    for (const of of ['deploy/mesh', 'deploy/overlays/staging']) {
      const { code, stderr } = await runTool('kustomize', ['build', of], folder);
      expect(code, stderr).toBe(0);
    }
  });
});
