import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { afterEach, expect, test } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import { startLife, type Life } from '../support/life.js';

/** People and bots change dependency files, then a capability comes along. */
const catalog = readCatalog(process.cwd());
let life: Life | undefined;
afterEach(() => {
  if (life !== undefined) rmSync(dirname(life.root), { recursive: true, force: true });
});

type Document = {
  readonly files: readonly {
    readonly path: string;
    readonly action: string;
    readonly status?: string;
  }[];
  readonly nextSteps: readonly { readonly command: string }[];
};

async function addTo(at: Life, id: string): Promise<Document & { text: string; exitCode: number }> {
  const preview = await at.run(['add', 'capability', id, '--dry-run']);
  const { exitCode, out } = await at.run(['add', 'capability', id, '--no-verify', '--json']);
  return { ...(JSON.parse(out) as Document), text: preview.out, exitCode };
}

function unfinished({ files }: Document): string[] {
  return files.filter(({ status }) => status === 'needs-toolchain').map(({ path }) => path);
}

const TIDY = 'go mod tidy';
const LOCK = 'npm install --package-lock-only --ignore-scripts';

test('newer modules of people and new ones of a capability: the higher version, and go mod tidy to run', async () => {
  const at = (life = await startLife(catalog, ['--language', 'go', '--with', 'retry,jwt']));
  const old = at.read('go.mod');
  at.write('go.mod', `${old}\nrequire golang.org/x/sys v0.999.0 // ours\n`);
  at.write('go.sum', `${at.read('go.sum')}golang.org/x/sys v0.999.0 h1:x=\n`);
  at.commit();
  const added = await addTo(at, 'observability');
  expect(added.exitCode).toBe(0);
  expect(unfinished(added)).toEqual(['go.mod', 'go.sum']);
  expect(added.nextSteps).toMatchObject([{ command: TIDY }]);
  expect(added.text).toMatch(/needs-toolchain +go\.mod/);
  expect(added.text).toMatch(/go mod tidy +finishes go\.mod and go\.sum/);
  const goMod = at.read('go.mod');
  expect(goMod.match(/golang\.org\/x\/sys v.*/g)).toEqual(['golang.org/x/sys v0.999.0 // ours']);
  expect(goMod).toContain('go.opentelemetry.io/otel ');
});

test.each([
  ['nothing', (at: Life) => at],
  ['a comment in go.mod', (at: Life) => at.write('go.mod', `// ours\n${at.read('go.mod')}`)],
] as const)('when people changed %s, nothing is left to do', async (_, edit) => {
  const at = (life = await startLife(catalog, ['--language', 'go', '--with', 'retry']));
  edit(at);
  at.commit();
  const added = await addTo(at, 'observability');
  expect([unfinished(added), added.nextSteps, added.exitCode]).toEqual([[], [], 0]);
});

test('with vendor/ and a workspace above, add says what to run', async () => {
  const at = (life = await startLife(catalog, ['--language', 'go', '--with', 'retry']));
  at.write('vendor/modules.txt', '');
  at.write('../go.work', 'go 1.26.0\n');
  at.commit();
  const { nextSteps, text } = await addTo(at, 'circuit-breaker');
  expect(nextSteps.map(({ command }) => command)).toEqual(['go mod vendor', 'go work use .']);
  expect(text).toContain('go mod vendor');
});

test('packages of people and a bot: ranges are merged, and npm makes the lock', async () => {
  const at = (life = await startLife(catalog, ['--language', 'typescript', '--with', 'retry']));
  at.edit('package.json', '"fastify": "', '"fast-json-patch": "3.1.1",\n    "fastify": "');
  at.edit(
    'package.json',
    /"pino": "[^"]+"/.exec(at.read('package.json'))?.[0] ?? '',
    '"pino": "99.0.0"',
  );
  at.edit('package-lock.json', '"fastify": "', '"fast-json-patch": "3.1.1",\n        "fastify": "');
  at.commit();
  const added = await addTo(at, 'jwt');
  expect(added.exitCode).toBe(0);
  expect(unfinished(added)).toEqual(['package-lock.json']);
  expect(added.nextSteps).toMatchObject([{ command: LOCK }]);
  const { dependencies } = JSON.parse(at.read('package.json')) as {
    dependencies: Record<string, string>;
  };
  expect(dependencies).toMatchObject({ 'fast-json-patch': '3.1.1', pino: '99.0.0' });
  expect(Object.keys(dependencies)).toContain('jose');
});

test('a script of people in package.json asks nothing of npm', async () => {
  const at = (life = await startLife(catalog, ['--language', 'typescript', '--with', 'retry']));
  at.edit('package.json', '"scripts": {', '"scripts": {\n    "ours": "true",');
  at.commit();
  const added = await addTo(at, 'jwt');
  expect([unfinished(added), added.nextSteps]).toEqual([[], []]);
});

test('a service that moved to pnpm is told to install with it', async () => {
  const at = (life = await startLife(catalog, ['--language', 'typescript', '--with', 'retry']));
  rmSync(join(at.root, 'package-lock.json'));
  at.write('pnpm-lock.yaml', 'lockfileVersion: 9\n');
  at.commit();
  const added = await addTo(at, 'jwt');
  expect(unfinished(added)).toEqual([]);
  expect(added.nextSteps.map(({ command }) => command)).toEqual(['pnpm install']);
  expect(at.has('package-lock.json')).toBe(false);
});
