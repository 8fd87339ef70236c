import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { run } from '../../src/commands/run.js';
import { readCatalog } from '../../src/io/catalog.js';
import type { Catalog } from '../../src/model/catalog.js';
import { fakeHost } from '../support/host.js';

const ours = readCatalog(process.cwd());
/** The meshes that there are, each without a word for limits of calls to inventory and for callers. */
const catalog: Catalog = {
  ...ours,
  meshes: ours.meshes.map((mesh) => ({
    ...mesh,
    emit: (intent) => ({
      ...mesh.emit(intent),
      unsaid: [
        {
          control: 'limits of requests',
          target: 'inventory',
          reason: 'its routes count nothing',
          instead: 'Limit them in the application.',
        },
        {
          control: 'callers',
          target: intent.service,
          reason: 'it knows no identities',
          instead: 'Every pod may call.',
        },
      ],
    }),
  })),
};
const [{ title } = { title: '' }] = ours.meshes;
const limits = `${title} cannot express limits of requests (inventory): its routes count nothing. Limit them in the application.`;
const callers = `${title} cannot express callers (orders): it knows no identities. Every pod may call.`;

let cwd: string;
let root: string;
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'unsaid-'));
  root = join(cwd, 'orders');
  const { exitCode } = await scaffold(cwd, ...create);
  expect(exitCode).toBe(0);
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const upstreams = ['inventory', 'prices'].flatMap((name) => [
  '--upstream',
  `${name}=http://${name}.shop.svc.cluster.local`,
]);
const create = [
  ...['new', 'service', 'orders', '--language', 'go', '--all', '--yes', '--no-verify'],
  ...upstreams,
];

async function scaffold(folder: string, ...argv: readonly string[]) {
  const host = fakeHost({ cwd: folder, catalog, columns: 200 });
  return { exitCode: await run(argv, host), out: host.out() };
}

test.each([
  ['new', () => scaffold(cwd, ...create, '--dir', 'other', '--dry-run')],
  ['update', () => scaffold(root, 'update', '--dry-run')],
  ['add', () => scaffold(root, 'add', 'upstream', 'rates=http://rates.shop.svc', '--dry-run')],
])('%s says what the mesh cannot express', async (_, ask) => {
  const { exitCode, out } = await ask();
  expect(exitCode).toBe(0);
  expect(out).toContain(
    [
      `Not expressible in ${title}`,
      '  limits of requests (inventory)',
      '    Its routes count nothing. Limit them in the application.',
      '  callers (orders)',
      '    It knows no identities. Every pod may call.',
    ].join('\n'),
  );
});

test.each([
  ['new', () => scaffold(cwd, ...create, '--dir', 'other', '--dry-run', '--json')],
  ['update', () => scaffold(root, 'update', '--dry-run', '--json')],
])('the document of %s has it', async (_, ask) => {
  const { out } = await ask();
  expect((JSON.parse(out) as { unsaid: unknown }).unsaid).toEqual([
    {
      mesh: title,
      control: 'limits of requests',
      target: 'inventory',
      reason: 'its routes count nothing',
      instead: 'Limit them in the application.',
    },
    expect.objectContaining({ control: 'callers', target: 'orders' }),
  ]);
});

test('explain says it at the calls that it is about', async () => {
  const text = (await scaffold(root, 'explain', 'prices')).out.replaceAll(/\s+/g, ' ');
  expect(text).toContain(callers);
  expect(text).not.toContain(limits);
  const { upstreams: explained } = JSON.parse((await scaffold(root, 'explain', '--json')).out) as {
    upstreams: { name: string; unsaid: { control: string }[] }[];
  };
  const controls = explained.map(({ name, unsaid }) => [
    name,
    unsaid.map(({ control }) => control),
  ]);
  expect(controls).toEqual([
    ['inventory', ['limits of requests', 'callers']],
    ['prices', ['callers']],
  ]);
});

test('so does the page', async () => {
  const { exitCode } = await scaffold(root, 'explain', 'inventory', '--html', 'page.html');
  expect(exitCode).toBe(0);
  expect(readFileSync(join(root, 'page.html'), 'utf8')).toContain(`<p class="note">${limits}</p>`);
});

test('nothing is said where the mesh has words for everything', async () => {
  const host = fakeHost({ cwd: root, catalog: ours, columns: 200 });
  await run(['explain', '--json'], host);
  const { upstreams: explained } = JSON.parse(host.out()) as { upstreams: { unsaid: unknown[] }[] };
  expect(explained.map(({ unsaid }) => unsaid)).toEqual([[], []]);
});
