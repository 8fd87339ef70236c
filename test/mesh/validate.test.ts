import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { validateManifests } from '../../src/meshes/validate-manifests.js';

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));

/** `# error: text` at the end of a line expects one finding there whose message contains the text. */
function expectations(text: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    const match = /# (error|warning): ?(.*)$/.exec(line);
    return match === null ? [] : [`${index + 1} ${match[1]!} ${match[2]!}`];
  });
}

for (const folder of ['valid', 'istio-refuses', 'we-refuse']) {
  describe(folder, () => {
    for (const name of readdirSync(`${fixtures}/${folder}`)) {
      it(name, () => {
        const text = readFileSync(`${fixtures}/${folder}/${name}`, 'utf8');
        const expected = expectations(text);
        const found = validateManifests([{ path: name, text }]).findings;
        const matched = found.map(({ line, severity, message }) => {
          const own = expected.find((expectation) => {
            const [place, level, ...words] = expectation.split(' ');
            return (
              place === String(line) && level === severity && message.includes(words.join(' '))
            );
          });
          return own ?? `unexpected: ${line} ${severity} ${message}`;
        });
        expect(matched).toEqual(expected);
        expect(folder === 'valid').toBe(expected.length === 0);
      });
    }
  });
}
