import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { cli, execute, runCli } from '../support/cli.js';

const emptyFolder = () => mkdtempSync(join(tmpdir(), 'cli-'));
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const hasGo = findGo();

function findGo(): boolean {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('the built command', () => {
  test('prints its version and nothing else', async () => {
    const ended = await runCli(['--version'], { cwd: emptyFolder() });
    expect(ended).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
  });

  test.runIf(existsSync('/dev/full')).each([['list'], ['--help'], ['info', 'jwtt', '--json']])(
    '%s on a full disk says so',
    async (...args) => {
      const words = ['-c', '"$@" >/dev/full', 'sh', process.execPath, cli, ...args];
      const { exitCode, stderr } = await execute('sh', words, { cwd: emptyFolder() });
      expect(stderr).toContain('Cannot write "standard output": the disk is full (ENOSPC).');
      expect(exitCode).toBe(6);
    },
  );

  test.each([['list'], ['schema'], ['--help'], ['completion', 'bash']])(
    '%s works without HOME, PATH and terminal',
    async (...args) => {
      const env = { HOME: undefined, PATH: undefined, TERM: undefined };
      const { exitCode, stdout, stderr } = await runCli(args, { cwd: emptyFolder(), env });
      expect(stderr).toBe('');
      expect(exitCode).toBe(0);
      expect(stdout).not.toContain('\u001b');
    },
  );

  test('drift says the same in several processes as in one', async () => {
    const cwd = emptyFolder();
    const names = ['orders', 'mail', 'stock'];
    for (const name of names) {
      await runCli(['new', 'service', name, '--yes', '--no-verify', '--language=go'], { cwd });
    }
    writeFileSync(join(cwd, 'mail/Makefile'), 'all:\n');
    mkdirSync(join(cwd, 'docs'));
    const argv = ['drift', 'docs', ...names, 'nowhere', '--strict'];
    const alone = await runCli([...argv, '--jobs', '1'], { cwd });
    expect(alone.stdout).toContain('2 clean, 1 drifted, 1 error');
    expect(alone.stdout).toContain('Left out: docs is not a project');
    expect(await runCli([...argv, '--jobs', '3'], { cwd })).toEqual(alone);
  });

  test('check says of a fleet, on several processors, what the sources say in one go', async () => {
    const cwd = emptyFolder();
    const names = Array.from({ length: 120 }, (_, index) => `svc-${index}`);
    for (const [index, name] of names.entries()) {
      // The path of two leads from one half to the other.
      const called = names[index + 60] ?? 'inventory';
      mkdirSync(join(cwd, name));
      writeFileSync(
        join(cwd, name, 'scaffold.yaml'),
        `version: 1\nservice: { name: ${name} }\ncapabilities: { retry: { attempts: 4 }, mesh-ready: { namespace: shop } }\nenvironments: { prod: { capabilities: { retry: { attempts: 2 } } } }\nupstreams:\n  - { name: ${called}, url: http://${called}.shop.svc.cluster.local:8080, timeout: 10s }\n`,
      );
    }
    const argv = ['check', '--format', 'json', ...names];
    const { run } = await import('../../src/commands/run.js');
    const { fakeHost } = await import('../support/host.js');
    const { loadBuiltinCatalog } = await import('../../src/io/builtin.js');
    const printed: string[] = [];
    for (const flags of [[], ['--env', 'prod'], ['--deployable']]) {
      const host = fakeHost({ cwd, catalog: loadBuiltinCatalog() });
      const exitCode = await run([...argv, ...flags], host);
      const ended = await runCli([...argv, ...flags], { cwd });
      expect(ended).toEqual({ exitCode, stdout: host.out(), stderr: '' });
      printed.push(ended.stdout);
    }
    expect(printed[0]).toContain('RETRY_DEPTH');
    // Threads are given the flags, too.
    expect(new Set(printed).size).toBe(3);
    const missing = await runCli([...argv, 'nowhere'], { cwd });
    expect(missing.stdout + missing.stderr).toContain('nowhere');
    expect(missing.exitCode).toBe(2);
  });

  test('writes the tree that the sources render', async () => {
    const cwd = emptyFolder();
    const args = ['new', 'service', 'orders', '--language', 'go', '--all', '--yes', '--no-verify'];
    const { exitCode } = await runCli([...args, '--json'], { cwd });
    expect(exitCode).toBe(0);
    const { run } = await import('../../src/commands/run.js');
    const { fakeHost } = await import('../support/host.js');
    const { loadBuiltinCatalog } = await import('../../src/io/builtin.js');
    const host = fakeHost({ cwd: emptyFolder(), catalog: loadBuiltinCatalog() });
    expect(await run(args, host)).toBe(0);
    expect(readTree(join(cwd, 'orders'))).toEqual(readTree(join(host.cwd, 'orders')));
  });

  test('a reader that goes away is no error, and what is written is whole', async () => {
    const cwd = emptyFolder();
    const line = `"$0" "${cli}" new service orders --language go --all --yes --no-verify | head -c 1 >/dev/null; echo "exit \${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await execute('bash', ['-c', line, process.execPath], { cwd });
    expect(stdout).toBe('exit 0\n');
    expect(stderr).toBe('');
    expect(existsSync(join(cwd, 'orders/.scaffold/lock.json'))).toBe(true);
  });

  test.skipIf(!hasGo)('Ctrl-C while it verifies is exit 130; the project is whole', async () => {
    const cwd = emptyFolder();
    let isSent = false;
    const ended = await runCli(['new', 'service', 'orders', '--all', '--yes', '--language', 'go'], {
      cwd,
      onOutput: (printed, child) => {
        if (isSent || !printed.includes('manifests')) return;
        isSent = true;
        child.kill('SIGINT');
      },
    });
    expect(ended.exitCode).toBe(130);
    expect(existsSync(join(cwd, 'orders/.scaffold/lock.json'))).toBe(true);
    expect(readdirSync(cwd)).toEqual(['orders']);
  });

  test('a missing toolchain is not verified, exit 6, and the project stays', async () => {
    const cwd = emptyFolder();
    const args = ['new', 'service', 'orders', '--language', 'go', '--yes', '--json'];
    const { exitCode, stdout } = await runCli(args, { cwd, env: { PATH: withoutGo() } });
    expect(exitCode).toBe(6);
    expect(JSON.parse(stdout)).toMatchObject({
      command: 'new',
      ok: false,
      exitCode: 6,
      verification: { status: 'not-verified' },
    });
    expect(existsSync(join(cwd, 'orders/scaffold.yaml'))).toBe(true);
  });

  test('with Node and git alone it is a TypeScript service, proven, and says why', async () => {
    const cwd = emptyFolder();
    const PATH = emptyFolder();
    symlinkSync(process.execPath, join(PATH, 'node'));
    for (const name of ['npm', 'git']) symlinkSync(onPath(name), join(PATH, name));
    const ended = await runCli(['new', 'service', 'orders', '--all', '--yes'], {
      cwd,
      env: { PATH, COLUMNS: '200' },
    });
    expect(ended.exitCode, ended.stderr).toBe(0);
    expect(ended.stderr).toContain('Go is not on PATH: TypeScript it is (--language chooses)\n');
    for (const step of ['npm ci', 'types', 'lint', 'vitest']) {
      expect(ended.stderr).toMatch(new RegExp(`✓ ${step} `));
    }
    expect(ended.stdout).toContain('orders · TypeScript · ');
  });

  test('a failing step prints its output and the command that repeats it, exit 1', async () => {
    const cwd = emptyFolder();
    const args = ['new', 'service', 'orders', '--language', 'go', '--with', 'mesh-ready', '--yes'];
    await runCli([...args, '--no-verify'], { cwd });
    const root = join(cwd, 'orders');
    const broken = readdirSync(join(root, 'deploy/base')).find((name) =>
      name.startsWith('service'),
    );
    writeFileSync(
      join(root, 'deploy/base', broken ?? ''),
      'apiVersion: v1\nkind: Service\nmetadata: { name: orders, namespace: shop }\nspec: { prots: [] }\n',
    );
    const { exitCode, stderr } = await runCli(['verify'], {
      cwd: root,
      env: { PATH: withoutGo() },
    });
    expect(stderr).toContain('✗ manifests');
    expect(stderr).toContain(`deploy/base/${broken ?? ''}:`);
    expect(stderr).toContain(`to repeat it: node ${cli} verify`);
    // A missing toolchain outweighs a failure.
    expect(exitCode).toBe(6);
  });

  test('verify elsewhere than in a service is exit 2', async () => {
    const { exitCode, stderr } = await runCli(['verify'], { cwd: emptyFolder() });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('holds no scaffold.yaml');
  });
});

describe('completion scripts', () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, 'scaffold'), `#!/bin/sh\nexec "${process.execPath}" "${cli}" "$@"\n`, {
    mode: 0o755,
  });

  test('bash offers what the tool says, "=" and "," included', async () => {
    const script = `
      PATH="$1:$PATH"
      eval "$(scaffold completion bash)"
      try() {
        COMP_LINE=$1 COMP_POINT=\${#1}
        # readline splits words at "=" too
        read -ra COMP_WORDS <<< "\${1//=/ = }"
        [[ $1 == *' ' ]] && COMP_WORDS+=('')
        COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 ))
        _meshwright
        printf '%s|' "\${COMPREPLY[@]}"; echo
      }
      try 'scaffold ver'
      try 'scaffold completion '
      try 'scaffold new service x --set service.po'
      try 'scaffold new service x --language=g'
    `;
    const { stdout } = await execute('bash', ['-c', script, 'bash', folder], { cwd: folder });
    expect(stdout.split('\n')).toEqual([
      'verify |',
      'bash |zsh |fish |',
      'service.port=|',
      'go |',
      '',
    ]);
  });

  test.skipIf(onPath('zsh') === '')('zsh offers the same, each with its hint', async () => {
    const script = `
      path=($1 $path)
      compdef() { :; }
      source <(scaffold completion zsh)
      compadd() {
        [[ $2 == -d && $1 == -l ]] || return 1
        print -rl -- "\${(P@)3}"
      }
      _files() { print files; }
      try() { words=(\${(s: :)1}); [[ $1 == *' ' ]] && words+=(''); CURRENT=$#words; _meshwright; }
      try 'scaffold ver'
      try 'scaffold new service x --language=g'
      try 'scaffold new service x --set service.po'
      try 'scaffold verify '
    `;
    const { stdout } = await execute('zsh', ['-fc', script, 'zsh', folder], { cwd: folder });
    expect(stdout.split('\n')).toEqual([
      "verify  -- run the service's own tests and validate its manifests",
      '--language=go  -- Go',
      expect.stringMatching(/^service\.port= {2}-- Port that it listens on/),
      'files',
      '',
    ]);
  });

  test.skipIf(onPath('fish') === '')(
    'fish offers the same, and files where it has none',
    async () => {
      const script = `
      set -p PATH ${folder}
      scaffold completion fish | source
      complete -C 'scaffold ver'
      complete -C 'scaffold new service x --language=g'
      complete -C 'scaffold verify sca'
    `;
      const env = { HOME: emptyFolder() };
      const { stdout } = await execute('fish', ['-c', script], { cwd: folder, env });
      const words = stdout.split('\n').map((line) => line.split('\t')[0]);
      expect(words).toEqual(['verify', '--language=go', 'scaffold', '']);
    },
  );
});

/** The folders of PATH that hold no go; Node is called by its path. */
function withoutGo(): string {
  return (process.env.PATH ?? '')
    .split(':')
    .filter((folder) => !existsSync(join(folder, 'go')))
    .join(':');
}

/** Empty when it is not there. */
function onPath(name: string): string {
  const folders = (process.env.PATH ?? '').split(':');
  const found = folders.find((path) => existsSync(join(path, name)));
  return found === undefined ? '' : join(found, name);
}

function readTree(root: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes('/.git'))
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return [path.slice(root.length + 1), readFileSync(path, 'utf8')] as const;
      })
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
