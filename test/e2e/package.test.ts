import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { beforeAll, describe, expect, test } from 'vitest';

import { execute } from '../support/cli.js';
import { readSession, readmeColumns, readmeWords, withoutTimes } from '../support/readme.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'package-'));
const hasGo = (process.env.PATH ?? '').split(':').some((path) => existsSync(join(path, 'go')));

/** As on a machine where nothing was run before; Go keeps its caches, which have nothing to do with us. */
function cleanEnvironment(): Record<string, string | undefined> {
  const home = mkdtempSync(join(tmpdir(), 'home-'));
  return {
    HOME: home,
    CI: undefined,
    npm_config_cache: join(home, 'npm'),
    ...(hasGo ? goCaches() : {}),
  };
}

function goCaches(): Record<string, string> {
  const text = execFileSync('go', ['env', '-json', 'GOCACHE', 'GOMODCACHE', 'GOPATH'], {
    encoding: 'utf8',
  });
  return JSON.parse(text) as Record<string, string>;
}

/** The folders of PATH that hold none of these. */
function pathWithout(...names: readonly string[]): string {
  const folders = (process.env.PATH ?? '').split(':');
  return folders.filter((path) => !names.some((name) => existsSync(join(path, name)))).join(':');
}

/** Nothing of ours may ask a registry at run time. */
const noRegistry = { npm_config_registry: 'http://127.0.0.1:9', npm_config_yes: 'false' };

describe('the packed tarball in an empty folder', () => {
  const env = { ...cleanEnvironment(), ...noRegistry };
  let packed: { files: { path: string; mode: number }[]; size: number; filename: string };

  beforeAll(async () => {
    const ended = await execute('npm', ['pack', '--json', '--pack-destination', folder], {
      cwd: root,
    });
    [packed] = JSON.parse(ended.stdout) as [typeof packed];
    const install = ['install', '--no-audit', '--no-fund', `./${packed.filename}`];
    const { exitCode, stderr } = await execute('npm', install, { cwd: folder, env });
    expect(stderr, stderr).not.toContain('npm error');
    expect(exitCode).toBe(0);
  });

  test('holds what it needs and nothing of its making', () => {
    const paths = packed.files.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'dist/cli.js']),
    );
    expect(paths).toEqual(expect.arrayContaining(['dist/THIRD-PARTY-NOTICES.txt']));
    const odd = paths.filter(
      (path) =>
        !/^(?:dist|templates|capabilities|schemas)\/|^[A-Z][A-Z.a-z]+$|^package\.json$/.test(path),
    );
    expect(odd).toEqual([]);
    // Half of it is what V8 made of the code.
    expect(packed.size).toBeLessThan(2_500_000);
  });

  test('installs nothing besides itself', () => {
    const { packages } = JSON.parse(
      readFileSync(join(folder, 'node_modules/.package-lock.json'), 'utf8'),
    ) as { packages: object };
    expect(Object.keys(packages)).toEqual(['node_modules/meshwright']);
  });

  test.each(['scaffold', 'meshwright'])('npx %s answers without a registry', async (name) => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      version: string;
    };
    const { stdout, exitCode } = await execute('npx', [name, '--version'], { cwd: folder, env });
    expect(stdout.trim()).toBe(version);
    expect(exitCode).toBe(0);
  });

  test.skipIf(!hasGo)(
    'makes a service and proves it, and prints what README.md shows',
    async () => {
      const [shown] = readSession();
      const args = ['meshwright', ...(readmeWords(shown!) ?? [])];
      const { stdout, stderr, exitCode } = await execute('npx', args, {
        cwd: folder,
        env: {
          ...env,
          COLUMNS: String(readmeColumns),
          PATH: pathWithout('istioctl', 'kubeconform'),
        },
      });
      expect(exitCode, stderr).toBe(0);
      const [steps = '', ...summary] = withoutTimes(shown!.printed.join('\n')).split('\n\n');
      expect(withoutTimes(stdout.trimEnd()).split('\n\n')).toEqual(summary);
      // Steps that run side by side end in any order.
      const sorted = (text: string) => withoutTimes(text.trimEnd()).split('\n').sort();
      expect(sorted(stderr)).toEqual(sorted(steps));
      const files = execFileSync('git', ['status', '--short'], {
        cwd: join(folder, 'orders'),
        encoding: 'utf8',
      });
      expect(files).toContain('?? scaffold.yaml');
    },
  );
});

describe('a fresh clone', () => {
  const clone = join(mkdtempSync(join(tmpdir(), 'clone-')), 'meshwright');

  beforeAll(async () => {
    mkdirSync(clone);
    const list = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], {
      cwd: root,
      encoding: 'utf8',
    });
    for (const path of list
      .split('\0')
      .filter((entry) => entry !== '' && existsSync(join(root, entry)))) {
      mkdirSync(dirname(join(clone, path)), { recursive: true });
      cpSync(join(root, path), join(clone, path), { verbatimSymlinks: true });
    }
    execFileSync('git', ['init', '--quiet'], { cwd: clone });
    const { exitCode, stderr } = await execute('npm', ['install', '--prefer-offline'], {
      cwd: clone,
    });
    expect(exitCode, stderr).toBe(0);
  });

  test('its own commands answer by npx, without a prompt and without a registry', async () => {
    const env = { ...cleanEnvironment(), ...noRegistry };
    const args = [
      'scaffold',
      'new',
      'service',
      'orders',
      '--language',
      'go',
      '--all',
      '--yes',
      '--no-verify',
    ];
    const { exitCode, stdout, stderr } = await execute('npx', args, { cwd: clone, env });
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('orders · Go · ');
    expect(existsSync(join(clone, 'orders/.git'))).toBe(true);
    expect(
      execFileSync('git', ['status', '--short', '--', 'orders'], { cwd: clone, encoding: 'utf8' }),
    ).toBe('');
  });

  test('npm install leaves the lock as it was', () => {
    const lock = 'package-lock.json';
    expect(readFileSync(join(clone, lock), 'utf8')).toBe(readFileSync(join(root, lock), 'utf8'));
  });
});

test("the lock names every platform's native packages and no registry", () => {
  const text = readFileSync(join(root, 'package-lock.json'), 'utf8');
  expect(text).not.toContain('"resolved"');
  const { packages } = JSON.parse(text) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const missing = Object.values(packages).flatMap(({ optionalDependencies = {} }) =>
    Object.keys(optionalDependencies).filter((name) => !(`node_modules/${name}` in packages)),
  );
  expect(missing).toEqual([]);
});
