import { mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import { openLife, type Life } from '../support/life.js';

const catalog = readCatalog(process.cwd());

/** What GitHub and GitLab make in a new repository, and what teams add before there is code. */
const made = {
  'README.md': '# Orders\n\nOurs.\n',
  LICENSE: 'MIT\n',
  '.gitignore': '*.log\n/coverage/',
  '.gitattributes': '* text=auto\n',
  '.github/CODEOWNERS': '* @shop\n',
  '.github/ISSUE_TEMPLATE/bug.md': 'x\n',
  'docs/SECURITY.md': 'x\n',
  'CONTRIBUTING.md': 'x\n',
};

function openRepo(files: Readonly<Record<string, string>>): Life {
  const life = openLife(mkdtempSync(join(tmpdir(), 'beside-')), catalog);
  for (const [path, text] of Object.entries(files)) life.write(path, text);
  life.git('init', '--quiet');
  life.commit();
  return life;
}

const words = (language: string) => [
  ...['new', 'service', 'orders', '--dir', '.', '--with', 'retry,mesh-ready'],
  ...['--yes', '--language', language, '--no-verify'],
];

describe('new in a repository that holds what a host makes', () => {
  test.each(['go', 'typescript'])('%s: keeps it, is clean, and lives on', async (language) => {
    const life = openRepo(made);
    const { exitCode, out, err } = await life.run([...words(language), '--json']);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    for (const [path, text] of Object.entries(made)) {
      if (path !== '.gitignore') expect([path, life.read(path)]).toEqual([path, text]);
    }
    const ignore = life.read('.gitignore');
    expect(ignore.startsWith('*.log\n/coverage/\n\n#')).toBe(true);
    expect(ignore).toContain('\n/.dev/\n');
    expect(ignore.match(/\/coverage\//g)).toHaveLength(1);
    const { files } = JSON.parse(out) as { files: { path: string; action: string }[] };
    const actions = Object.fromEntries(files.map(({ path, action }) => [path, action]));
    expect(actions).toMatchObject({
      'README.md': 'keep',
      '.gitignore': 'update',
      Makefile: 'create',
    });

    const drift = await life.run(['drift', '--strict', '--json']);
    expect(drift.exitCode).toBe(0);
    expect(JSON.parse(drift.out)).toMatchObject({ repos: [{ status: 'clean', files: [] }] });
    life.commit();
    expect((await life.run(['update', '--no-verify'])).out).toContain('nothing to change');
    // A capability that has lines in the README of the template asks nothing of theirs.
    const add = await life.run(['add', 'capability', 'jwt', '--no-verify']);
    expect({ exitCode: add.exitCode, err: add.err }).toEqual({ exitCode: 0, err: '' });
    expect(life.read('README.md')).toBe(made['README.md']);
    expect((await life.run(['drift', '--strict'])).exitCode).toBe(0);
  });

  test('who deletes the README gets the one of the template', async () => {
    const life = openRepo({ 'README.md': 'hi\n' });
    const { out } = await life.run(words('go'));
    expect(out).toContain('README.md was there and stays yours');
    life.git('rm', '--quiet', '--force', 'README.md');
    life.commit();
    expect((await life.run(['update', '--no-verify'])).exitCode).toBe(0);
    expect(life.read('README.md')).toContain('make run');
    expect((await life.run(['drift', '--strict'])).exitCode).toBe(0);
    expect(life.read('.scaffold/lock.json')).toMatch(/"path":"README.md".*"composed"/);
  });

  test('another spelling of a path is the same file', async () => {
    const life = openRepo({ 'readme.md': 'hi\n' });
    expect((await life.run(words('go'))).exitCode).toBe(0);
    expect([life.has('README.md'), life.read('readme.md')]).toEqual([false, 'hi\n']);
    expect((await life.run(['drift', '--strict'])).exitCode).toBe(0);
    life.commit();
    expect((await life.run(['update', '--no-verify'])).out).toContain('nothing to change');
  });

  test('a workflow of theirs in the place of ours stays', async () => {
    const life = openRepo({ '.github/workflows/ci.yml': 'name: theirs\n' });
    expect((await life.run(words('go'))).exitCode).toBe(0);
    expect(life.read('.github/workflows/ci.yml')).toBe('name: theirs\n');
    expect((await life.run(['drift', '--strict'])).exitCode).toBe(0);
  });

  test('CRLF in a .gitignore stays, and a dry run writes nothing', async () => {
    const life = openRepo({ '.gitignore': '*.log\r\n' });
    const before = life.snapshot();
    expect((await life.run([...words('go'), '--dry-run'])).exitCode).toBe(0);
    expect(life.snapshot()).toEqual(before);
    expect((await life.run(words('go'))).exitCode).toBe(0);
    expect(life.read('.gitignore').replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect((await life.run(['drift', '--strict'])).exitCode).toBe(0);
  });

  test.each<[string, (life: Life) => void]>([
    ['main.go', (life) => life.write('main.go', 'package main\n')],
    ['docs', (life) => life.write('docs/design.md', 'x\n')],
    ['LICENSE', (life) => symlinkSync('/etc/hostname', join(life.root, 'LICENSE'))],
    ['.github', (life) => symlinkSync('/etc', join(life.root, '.github'))],
    ['README.md', (life) => mkdirSync(join(life.root, 'README.md'))],
    ['deploy', (life) => life.write('deploy/app.yaml', 'x\n')],
  ])('refuses a folder with %s, and writes nothing', async (name, make) => {
    const life = openRepo({});
    make(life);
    const { exitCode, err } = await life.run(words('go'));
    expect(exitCode).toBe(2);
    expect(err).toContain(`is not empty: it holds "${name}"`);
    expect(life.has('scaffold.yaml')).toBe(false);
  });

  test('in a folder of a repository says where its workflow belongs, and writes nothing above', async () => {
    const life = openRepo({ 'README.md': 'x\n' });
    const argv = words('go').map((word) => (word === '.' ? 'services/orders' : word));
    const { exitCode, out } = await life.run([...argv, '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      workflow: {
        source: '.github/workflows/ci.yml',
        path: '.github/workflows/orders.yml',
        workingDirectory: 'services/orders',
      },
    });
    const above = [...life.snapshot().keys()].filter((path) => !path.startsWith('services/'));
    expect(above).toEqual(['README.md']);
    const other = argv.map((word) => (word === 'services/orders' ? 'services/other' : word));
    expect((await life.run(other)).out.replaceAll(/\s+/g, ' ')).toContain(
      'working-directory: services/other',
    );
    const third = argv.map((word) => (word === 'services/orders' ? 'services/third' : word));
    const printed = (await life.run([...third, '--print-workflow'])).out;
    expect(printed).toContain('.github/workflows/orders.yml:\n\nname: orders\n');
    expect(printed).toContain('working-directory: services/third\n');
    const own = openLife(join(life.root, 'services/third'), catalog);
    own.edit('.github/workflows/ci.yml', 'go vet ./...', 'go vet -v ./...');
    const shown = await own.run(['workflow']);
    expect(shown.exitCode).toBe(0);
    expect(shown.out).toMatch(/^name: orders\n/);
    expect(shown.out).toContain('go vet -v ./...');
    expect(shown.out).toContain('go-version-file: services/third/go.mod\n');
    expect([...life.snapshot().keys()].filter((path) => !path.startsWith('services/'))).toEqual([
      'README.md',
    ]);
  });
});
