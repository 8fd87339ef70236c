import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import type { Tree, TreeFile } from '../../src/model/tree.js';
import { composeTree } from '../../src/stages/compose-service.js';
import { adoptedRequest, allCombinations, pairwise } from '../support/combinations.js';
import { renderText } from '../support/request.js';
import { writeTree } from '../support/write-tree.js';

/**
 * Every combination of capabilities with 0, 1 and 3 upstreams, in Go, is compiled and formatted; those that make
 * up every pair of choices are tested too. Combinations whose Go sources are the same are proven once. All trees
 * lie in one folder after the other, so that the build cache is shared.
 */
const catalog = readCatalog(process.cwd());
const root = mkdtempSync(join(tmpdir(), 'matrix-go-'));
const folder = join(root, 'orders');
const staticcheck = join(process.cwd(), 'node_modules/.cache/meshwright/bin/staticcheck');
const hasGo = isOnPath('go');

type Distinct = { readonly names: string[]; readonly tree: Tree; isPair: boolean };

const distinct = new Map<string, Distinct>();
const combinations = allCombinations(catalog, 'go');
const pairs = new Set(pairwise(combinations).map(({ name }) => name));
for (const { name, text } of combinations) {
  const tree = new Map([...renderText(text, catalog)].filter(([path]) => isGoSource(path)));
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

function isGoSource(path: string): boolean {
  return path.endsWith('.go') || path === 'go.mod' || path === 'go.sum';
}

const goMain: TreeFile = {
  text: 'package main\n\nfunc main() {}\n',
  mode: '644',
  ownership: 'managed',
  capabilities: [],
  was: [],
};

function isOnPath(command: string): boolean {
  try {
    execFileSync(command, ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Go's tools spend a fifth of their time on the collection of garbage that a short run need not collect. */
const quick = { GOGC: '400' };

/** Runs a command in the tree; what it printed is the failure. */
function run(command: string, args: readonly string[]): string {
  try {
    return execFileSync(command, args, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...quick, GOFLAGS: '-trimpath -mod=readonly', GOTOOLCHAIN: 'local' },
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`, { cause: error });
  }
}

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

describe.skipIf(!hasGo)('Go', () => {
  const cases = [...distinct.values()].map(({ names, tree, isPair }) => ({
    name: `${names[0] ?? ''}${names.length > 1 ? ` and ${names.length - 1} alike` : ''}`,
    tree,
    isPair,
  }));

  test.each(cases)('$name', ({ tree, isPair }) => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    writeTree(folder, tree);
    expect(run('gofmt', ['-l', '.'])).toBe('');
    expect(run('go', ['mod', 'tidy', '-diff'])).toBe('');
    run('go', ['vet', './...']);
    if (!isPair) return;
    if (existsSync(staticcheck)) expect(run(staticcheck, ['./...'])).toBe('');
    run('go', ['test', '-race', '-vet=off', './...']);
  });

  // Modules of a whole service: adopted ones have theirs from `go get`, which the report names.
  const sumsOf = ({ tree }: { readonly tree: Tree }) => tree.get('go.sum')?.text.length ?? 0;
  const [most] = [...cases].sort((a, b) => sumsOf(b) - sumsOf(a));
  const modules = [...(most?.tree ?? [])].filter(([path]) => /^go\.(?:mod|sum)$/.test(path));
  const ids = catalog.capabilities.map(({ id }) => id);

  test.each([...ids.map((id) => [id]), ids])('in a service made by hand: %s', (...chosen) => {
    const { tree } = composeTree(adoptedRequest(catalog, 'go', chosen), catalog);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    writeTree(folder, new Map([...tree].filter(([path]) => isGoSource(path))));
    writeTree(folder, new Map([...modules, ['main.go', goMain]]));
    expect(run('gofmt', ['-l', '.'])).toBe('');
    run('go', ['vet', './...']);
    run('go', ['test', './...']);
  });
});
