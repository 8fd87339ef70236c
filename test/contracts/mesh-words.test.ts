import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { Linter } from 'eslint';
import { parser } from 'typescript-eslint';
import { expect, test } from 'vitest';

import { mayHoldMeshWords, noMeshWords } from '../../eslint-mesh-words.mjs';

function hitsOf(code: string): string[] {
  const config: Linter.Config = {
    files: ['**/*.ts'],
    languageOptions: { parser },
    plugins: { meshes: { rules: { words: noMeshWords } } },
    rules: { 'meshes/words': 'error' },
  };
  return new Linter()
    .verify(code, [config], 'src/probe.ts')
    .flatMap(({ ruleId, message }) => (ruleId === 'meshes/words' ? [message] : []));
}

test.each([
  "import { a } from './meshes/istio/a.js';",
  'export const istioRetries = 2;',
  'export const text = "a VirtualService";',
  'export const text = `${1} of Envoy`;',
  'export const key = "sidecar.istio.io/inject";',
  'export const key = "config.linkerd.io/skip-outbound-ports";',
  'export const kind = "Sidecar";',
  'export const target = "Telemetry/default";',
  'export const kind = "HTTPRoute";',
  'export const fix = "maxEjectionPercent: 50";',
  'export const fix = `${1} in retryOn`;',
  'export const shown = `(attempts: ${1})`;',
])('is refused: %s', (code) => {
  expect(hitsOf(code)).not.toEqual([]);
});

test.each([
  '// Istio says so.\nexport const a = 1;',
  'export const code = "LINKERD_CONFLICT";',
  'export const createSidecar = "its sidecar";',
  'export const telemetry = "Telemetry takes a way";',
  'export const kind = "Deployment";',
  'export const limit = pool.http2MaxRequests;',
  'export const path = ["maxEjectionPercent", "ejected at most"];',
  'export const fix = "attempts: a number of tries";',
])('is allowed: %s', (code) => {
  expect(hitsOf(code)).toEqual([]);
});

test('only src/meshes names a mesh', () => {
  const source = resolve(import.meta.dirname, '../../src');
  const found = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.ts') && !name.startsWith('meshes/'))
    .filter((name) => {
      const text = readFileSync(join(source, name), 'utf8');
      // To parse every file would take a minute.
      return mayHoldMeshWords(text) && hitsOf(text).length > 0;
    });
  expect(found).toEqual([]);
});
