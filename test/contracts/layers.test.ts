import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { Linter } from 'eslint';
import { parser } from 'typescript-eslint';
import { expect, test } from 'vitest';

import { layerConfigs, wrongWay } from '../../eslint-layers.mjs';

function lint(path: string, code: string): string[] {
  const typescript = { files: ['**/*.ts'], languageOptions: { parser: parser as Linter.Parser } };
  const config = [typescript, ...layerConfigs];
  return new Linter().verify(code, config, path).map(({ ruleId, message }) => ruleId ?? message);
}

test.each([
  ['stages', "import { a } from '../io/host.js';"],
  ['stages', "export * from '../commands/run.js';"],
  ['stages', "export const load = () => import('../io/host.js');"],
  ['rules', "import { a } from '../project/read-project.js';"],
  ['model', "import { a } from '../stages/plan.js';"],
  ['stages', "import { readFileSync } from 'fs';"],
  ['report', "import { readdirSync, readFileSync } from 'node:fs';"],
  ['commands', "import { text } from '@clack/prompts';"],
  ['meshes', "export const load = () => import('node:fs/promises');"],
  ['stages', "import { randomUUID } from 'node:crypto';"],
  ['stages', 'export const at = Date.now();'],
  ['stages', 'export const at = new Date();'],
  ['stages', 'export const chance = Math.random();'],
  ['rules', 'export const home = process.env.HOME;'],
  ['rules', 'export const home = globalThis.process.env.HOME;'],
  ['commands', 'setTimeout(() => undefined, 1);'],
  ['io', 'process.exit(1);'],
  ['io', "import { list } from '../commands/list.js';"],
  ['io', "export const load = () => import('../commands/list.js');"],
  ['stages', "import { isMap, parse } from 'yaml';"],
  ['verify', "import { stringify } from 'yaml';"],
  ['commands', "import * as yaml from 'yaml';"],
  ['flow', "export const read = 'GET';"],
  ['simulate', "export const unavailable = '503';"],
  ['rules/composition', "export const covers = words.includes('5xx');"],
  ['report', 'export const title = `POST, ${failure}`;'],
  ['flow', "export { vsHostUnknown } from '../meshes/istio/rules/vs-host-unknown.js';"],
])('src/%s must not: %s', (layer, code) => {
  expect(lint(`src/${layer}/probe.ts`, code)).not.toEqual([]);
});

test.each([
  ['stages', "import { a } from '../model/names.js';"],
  ['stages', "import { isMap, type Document } from 'yaml';"],
  ['manifests', "import { parseDocument } from 'yaml';"],
  ['rules', "import { createHash } from 'node:crypto';"],
  ['commands', "export const load = () => import('../io/host.js');"],
  ['verify', "import { spawn } from 'node:child_process';"],
  ['io', "import { readdirSync, readFileSync } from 'node:fs';"],
])('src/%s may: %s', (layer, code) => {
  expect(lint(`src/${layer}/probe.ts`, code)).toEqual([]);
});

test('no import runs against the layers', () => {
  const source = resolve(import.meta.dirname, '../../src');
  const found = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const file = join(source, name);
      const imports = readFileSync(file, 'utf8').matchAll(
        /(?:from|import)\s*\(?\s*['"](?<specifier>\.{1,2}\/[^'"]+)['"]/g,
      );
      return [...imports].flatMap(({ groups }) => wrongWay(file, groups?.specifier ?? '') ?? []);
    });
  expect(found).toEqual([]);
});
