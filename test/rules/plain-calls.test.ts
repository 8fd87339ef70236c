import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { callsOf } from '../../src/flow/composition.js';
import { withFunctions, withoutFunctions } from '../../src/flow/plain-calls.js';
import { checkAcross, checkAlone } from '../../src/project/check-services.js';
import { compose } from '../../src/project/compose.js';
import { readFolder } from '../support/read-folder.js';
import { ruleCatalog } from '../support/rule-catalog.js';

const bad = readFolder(fileURLToPath(new URL('RETRY_DEPTH/bad', import.meta.url)));
const services = [...bad.keys()].filter((path) => path.endsWith('/scaffold.yaml'));
const catalog = ruleCatalog();
const alone = services.map((path) => {
  const folder = path.replace('scaffold.yaml', '');
  const own = [...bad].filter(([name]) => name.startsWith(folder));
  const files = new Map(own.map(([name, text]) => [name.slice(folder.length), text]));
  return checkAlone({ files, catalog }, {});
});

test('calls that come from another thread say the same', () => {
  const copied = alone.map(({ calls, ...one }) => ({
    ...structuredClone(one),
    calls: withFunctions(structuredClone(withoutFunctions(calls)), callsOf(compose([]))),
  }));
  const checked = checkAcross(copied);
  expect(checked).toEqual(checkAcross(alone));
  // It spans services, and so rests on all of their calls.
  expect(checked.flatMap(({ findings }) => findings.map(({ code }) => code))).toContain(
    'RETRY_DEPTH',
  );
});
