import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { checkProjects } from '../../src/project/check-project.js';
import { readFolder } from '../support/read-folder.js';
import { ruleCatalog } from '../support/rule-catalog.js';

/**
 * Manifests as people write them, each with all that `check` has to say of it in its first comment lines:
 * `# CODE severity target`. A file without such lines raises no alarm.
 */
const manifests = readFolder(fileURLToPath(new URL('manifests', import.meta.url)));

test.each([...manifests.keys()])('%s', (path) => {
  const text = manifests.get(path)!;
  const expected = [...text.matchAll(/^# ([A-Z_0-9]+ (?:error|warning|info) \S.*)$/gm)].map(
    ([, line]) => line,
  );
  const [checked] = checkProjects([{ files: new Map([[path, text]]), catalog: ruleCatalog() }]);
  expect(checked?.problems).toEqual([]);
  const found = checked?.findings.map(
    ({ code, severity, target }) => `${code} ${severity} ${target}`,
  );
  expect(found?.sort()).toEqual(expected.sort());
});
