import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import type { Tree } from '../../src/model/tree.js';
import { composeTree } from '../../src/stages/compose-service.js';
import { adoptedRequest, allCombinations, pairwise } from '../support/combinations.js';
import { renderText } from '../support/request.js';
import { TypeScriptTools } from '../support/typescript-tools.js';
import { Unproven } from '../support/unproven.js';
import { writeTree } from '../support/write-tree.js';

/**
 * Every combination of capabilities with 0, 1 and 3 upstreams, in TypeScript, is compiled and formatted; those
 * that make up every pair of choices are linted and tested too. Combinations whose sources are the same are proven
 * once. All use the packages of the largest one, which holds those of every other. The largest goes first, as
 * people run it; of the others, what was not linted and run before with the same imports.
 */
const catalog = readCatalog(process.cwd());
const root = mkdtempSync(join(tmpdir(), 'matrix-ts-'));
const largest = join(root, 'largest');
const folder = join(root, 'orders');

let tools: TypeScriptTools;
type Distinct = { readonly names: string[]; readonly tree: Tree; isPair: boolean };
const distinct = new Map<string, Distinct>();
const combinations = allCombinations(catalog, 'typescript');
const pairs = new Set(pairwise(combinations).map(({ name }) => name));
for (const { name, text } of combinations) {
  const tree = new Map(
    [...renderText(text, catalog)].filter(
      ([path]) => !/^deploy\/|^\.github\/|^Makefile$|\.md$/.test(path),
    ),
  );
  const hash = createHash('sha1')
    .update(JSON.stringify([...tree]))
    .digest('hex');
  const known = distinct.get(hash);
  const isPair = pairs.has(name);
  if (known === undefined) distinct.set(hash, { names: [name], tree, isPair });
  else {
    known.names.push(name);
    known.isPair ||= isPair;
  }
}

const execute = promisify(execFile);

/** Runs a command in a tree; what it printed is the failure. */
async function run(cwd: string, command: string, args: readonly string[]): Promise<void> {
  const quiet = { CI: 'true', NO_COLOR: '1', npm_config_update_notifier: 'false' };
  try {
    await execute(command, args, { cwd, env: { ...process.env, ...quiet }, maxBuffer: 1e8 });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`, { cause: error });
  }
}

const bin = (name: string): string => join(folder, 'node_modules/.bin', name);

beforeAll(async () => {
  const all = combinations.at(-1)?.text ?? '';
  mkdirSync(largest);
  writeTree(largest, renderText(all, catalog));
  await run(largest, 'npm', ['ci', '--no-audit', '--no-fund']);
  tools = new TypeScriptTools(largest);
});

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('TypeScript', () => {
  const cases = [...distinct.values()].reverse().map(({ names, tree, isPair }, index) => ({
    name: `${names[0] ?? ''}${names.length > 1 ? ` and ${names.length - 1} alike` : ''}`,
    tree,
    isPair,
    isWhole: index === 0,
  }));
  const unproven = new Unproven();

  test.each(cases)('$name', async ({ tree, isPair, isWhole }) => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    writeTree(folder, tree);
    // npm refuses a lock that is not what package.json asks for.
    await run(folder, 'npm', ['ci', '--dry-run', '--no-audit', '--no-fund']);
    symlinkSync(join(largest, 'node_modules'), join(folder, 'node_modules'));
    const linted = isPair ? unproven.take(tree, /\.[jt]s$/, 'types') : [];
    const tested = isPair ? unproven.take(tree, /\.test\.ts$/, 'values') : [];
    if (isWhole) {
      // What is built is neither linted nor tested.
      for (const built of ['.dev', 'dist', 'coverage']) {
        mkdirSync(join(folder, built));
        writeFileSync(join(folder, built, 'built.test.js'), 'nobody.reads( this )');
      }
      await Promise.all([
        run(folder, bin('tsc'), ['--noEmit']),
        run(folder, bin('prettier'), ['--check', '.']),
        run(folder, bin('eslint'), ['.', '--max-warnings', '0']),
      ]);
      await run(folder, bin('vitest'), ['run']);
      return;
    }
    await Promise.all([
      tested.length === 0 ? undefined : run(folder, bin('vitest'), ['run', ...tested]),
      checkSources(tree, linted),
    ]);
  });

  async function checkSources(tree: Tree, linted: readonly string[]): Promise<void> {
    const { program, problems } = tools.compile(folder);
    expect(problems).toBe('');
    expect(await tools.lint(folder, linted, program)).toBe('');
    expect(await tools.unformatted(folder, [...tree.keys()])).toEqual([]);
  }

  const ids = catalog.capabilities.map(({ id }) => id);

  test.each([...ids.map((id) => [id]), ids])('in a service made by hand: %s', async (...chosen) => {
    rmSync(folder, { recursive: true, force: true });
    cpSync(join(import.meta.dirname, '../fixtures/adopted/express'), folder, { recursive: true });
    // Packages of a whole service: adopted ones have theirs from `npm install`, which the report names.
    rmSync(join(folder, 'src/server.ts'));
    const { tree } = composeTree(adoptedRequest(catalog, 'typescript', chosen), catalog);
    writeTree(folder, tree);
    symlinkSync(join(largest, 'node_modules'), join(folder, 'node_modules'));
    expect(tools.compile(folder).problems).toBe('');
    await run(folder, bin('vitest'), ['run', '--testTimeout=20000']);
  });
});
