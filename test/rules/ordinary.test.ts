import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { checkProjects } from '../../src/project/check-project.js';
import { readFolder } from '../support/read-folder.js';
import { ruleCatalog } from '../support/rule-catalog.js';

const ordinary = fileURLToPath(new URL('../fixtures/ordinary', import.meta.url));

test('ordinary manifests raise no alarm', () => {
  const [checked] = checkProjects([{ files: readFolder(ordinary), catalog: ruleCatalog() }]);
  expect(checked?.problems).toEqual([]);
  expect(checked?.findings.map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
});
