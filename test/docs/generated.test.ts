import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { generateDocs } from '../../scripts/generate-docs.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

test.each([...generateDocs(root)])('%s is what npm run docs makes', (path, text) => {
  expect(readFileSync(join(root, path), 'utf8')).toBe(text);
});
