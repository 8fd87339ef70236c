import { Linter } from 'eslint';
import { parser } from 'typescript-eslint';
import { expect, test } from 'vitest';

import { layerConfigs } from '../../eslint-layers.mjs';

function lint(path: string, code: string): string[] {
  const typescript = { files: ['**/*.ts'], languageOptions: { parser: parser as Linter.Parser } };
  const config = [typescript, ...layerConfigs];
  return new Linter().verify(code, config, path).map(({ ruleId, message }) => ruleId ?? message);
}

test.each([
  ['stages', "import { a } from '../io/host.js';"],
  ['stages', "export * from '../commands/run.js';"],
  ['stages', "export const load = () => import('../io/host.js');"],
  ['rules', "import { a } from '../../mesh/validate.js';"],
  ['model', "import { a } from '../stages/plan.js';"],
  ['stages', "import { readFileSync } from 'fs';"],
  ['report', "import { readFileSync } from 'node:fs';"],
  ['commands', "import { text } from '@clack/prompts';"],
  ['mesh', "export const load = () => import('node:fs/promises');"],
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
])('src/%s must not: %s', (layer, code) => {
  expect(lint(`src/${layer}/probe.ts`, code)).not.toEqual([]);
});

test.each([
  ['stages', "import { a } from '../model/names.js';"],
  ['rules', "import { createHash } from 'node:crypto';"],
  ['commands', "export const load = () => import('../io/host.js');"],
  ['verify', "import { spawn } from 'node:child_process';"],
  ['io', "import { readFileSync } from 'node:fs';"],
])('src/%s may: %s', (layer, code) => {
  expect(lint(`src/${layer}/probe.ts`, code)).toEqual([]);
});
