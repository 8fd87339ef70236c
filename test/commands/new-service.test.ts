import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from 'vitest';

import { run } from '../../src/commands/run.js';
import { fakeHost, scriptedPrompts } from '../support/host.js';

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'new-service-'));
});

/** Runs `new service` with flags that need no toolchain. */
async function create(...words: string[]) {
  const host = fakeHost({ cwd });
  const argv = ['new', 'service', ...words, '--language', 'toy', '--no-verify'];
  return { exitCode: await run(argv, host), out: host.out(), err: host.err() };
}

describe('what is written', () => {
  test('is a repository with nothing committed, the declaration and the lock', async () => {
    const { exitCode } = await create('orders', '--all', '--yes');
    expect(exitCode).toBe(0);
    const root = join(cwd, 'orders');
    expect(readdirSync(root).sort()).toEqual(
      ['.git', '.scaffold', 'Makefile', 'echo.txt', 'main.txt', 'scaffold.yaml'].sort(),
    );
    expect(readFileSync(join(root, 'scaffold.yaml'), 'utf8')).toBe(
      [
        '# yaml-language-server: $schema=.scaffold/schema.json',
        'version: 1',
        'service:',
        '  name: orders',
        '  language: toy',
        '  module: example.com/orders',
        '  image: registry.invalid/orders:dev # placeholder: set it before you deploy',
        'capabilities:',
        '  echo: {}',
        '  lock:',
        '    issuer: https://issuer.invalid # placeholder: set it before you deploy',
        '  vault: {}',
        'upstreams:',
        '  - name: inventory',
        '    url: http://inventory.shop.svc.cluster.local:8080',
        '',
      ].join('\n'),
    );
    const lock = JSON.parse(readFileSync(join(root, '.scaffold/lock.json'), 'utf8')) as {
      version: string;
      files: { path: string }[];
    };
    expect(lock.version).toBe('1.2.3');
    expect(lock.files.map(({ path }) => path)).toEqual([
      'Makefile',
      'echo.txt',
      'main.txt',
      'scaffold.yaml',
    ]);
    expect(() =>
      execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, stdio: 'pipe' }),
    ).toThrow();
  });

  test('keeps the settings that were given, in their sections', async () => {
    await create(
      ...[
        'orders',
        '--with',
        'echo,lock',
        '--set',
        'echo.times=3',
        '--set',
        'echo.shape.curve=steep',
      ],
      ...['--set', 'lock.audiences=a b,c', '--set', 'service.port=9000', '--upstream', 'none'],
    );
    expect(readFileSync(join(cwd, 'orders/scaffold.yaml'), 'utf8')).toContain(
      [
        '  port: 9000',
        '  image: registry.invalid/orders:dev # placeholder: set it before you deploy',
        'capabilities:',
        '  echo:',
        '    times: 3',
        '    shape:',
        '      curve: steep',
        '  lock:',
        '    issuer: https://issuer.invalid # placeholder: set it before you deploy',
        '    audiences: ["a b", c]',
        'upstreams: []',
      ].join('\n'),
    );
  });

  test('gets no repository of its own inside a work tree', async () => {
    execFileSync('git', ['init', '--quiet'], { cwd });
    await create('orders', '--yes');
    expect(existsSync(join(cwd, 'orders/.git'))).toBe(false);
    expect(existsSync(join(cwd, 'orders/main.txt'))).toBe(true);
  });

  test('is a repository of its own where the work tree around it ignores it', async () => {
    execFileSync('git', ['init', '--quiet'], { cwd });
    writeFileSync(join(cwd, '.gitignore'), '/orders/\n');
    await create('orders', '--yes');
    expect(existsSync(join(cwd, 'orders/.git'))).toBe(true);
  });

  test('goes into an empty repository, which keeps its .git', async () => {
    mkdirSync(join(cwd, 'mine'));
    execFileSync('git', ['init', '--quiet'], { cwd: join(cwd, 'mine') });
    writeFileSync(join(cwd, 'mine/.git/marker'), '');
    const { exitCode } = await create('orders', '--yes', '--dir', 'mine');
    expect(exitCode).toBe(0);
    expect(existsSync(join(cwd, 'mine/.git/marker'))).toBe(true);
    expect(existsSync(join(cwd, 'mine/main.txt'))).toBe(true);
  });

  test('is the same as what --dry-run shows, which writes nothing', async () => {
    const dry = await create('orders', '--all', '--yes', '--dry-run', '--json');
    expect(readdirSync(cwd)).toEqual([]);
    const real = await create('orders', '--all', '--yes', '--json');
    const [planned, made] = [dry, real].map(
      ({ out }) => JSON.parse(out) as Record<string, unknown>,
    );
    expect(planned?.files).toEqual(made?.files);
    expect(planned?.record).toEqual(made?.record);
    const listed = [
      ...(made?.files as { path: string }[]).map(({ path }) => path),
      ...(made?.record as string[]),
    ];
    const root = join(cwd, 'orders');
    const present = readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
      .filter((path) => !path.startsWith('.git/'));
    expect(listed.sort()).toEqual(present.sort());
  });
});

describe('the summary', () => {
  test('says what was added, what is a sample and what is to be set', async () => {
    const { out, err } = await create('orders', '--with', 'vault', '--yes');
    expect(out).toContain('orders · Toy · lock vault\n  3 files in orders\n');
    expect(out).toContain('lock added: vault requires it: secrets have owners');
    expect(out).toContain(
      'sample upstream inventory added (none was declared; --upstream none for no upstream)',
    );
    expect(out).toContain('to set in scaffold.yaml before you deploy: lock.issuer, service.image');
    expect(out).toContain('Proven: layers compose (');
    expect(out).toContain('Not proven: its tests were not run (--no-verify).');
    expect(out).toMatch(/cd orders\n {2}make run +start it/);
    expect(err).toBe('');
  });

  test('says that capabilities per upstream are idle without one', async () => {
    const { out } = await create('orders', '--all', '--yes', '--upstream', 'none');
    expect(out).toContain('echo generates nothing until an upstream is declared');
    expect(out).not.toContain('sample');
  });

  test("a service of the sample's own name gets another sample", async () => {
    const { out } = await create('inventory', '--yes');
    expect(out).toContain('sample upstream pricing');
  });
});

describe('refused with exit 2, and nothing is written:', () => {
  const cases: readonly (readonly [string, readonly string[], string])[] = [
    ['a bad name', ['Orders_API'], 'try: orders-api'],
    ['a path as a name', ['../esc'], '"../esc" is not a service name'],
    [
      'an unknown flag',
      ['orders', '--wiht', 'echo'],
      'unknown option "--wiht". Did you mean --with?',
    ],
    [
      'an unknown capability',
      ['orders', '--with', 'ehco'],
      'there is no capability "ehco". Did you mean echo?',
    ],
    [
      '--all beside --with',
      ['orders', '--all', '--with', 'echo'],
      'cannot be used with option "--with',
    ],
    ['a setting of nothing', ['orders', '--set', 'x'], 'must have the form CAPABILITY.KEY=VALUE'],
    [
      'an unknown setting',
      ['orders', '--with', 'echo', '--set', 'echo.tims=1'],
      'echo has no setting "tims". Did you mean times?',
    ],
    [
      'an unknown inner setting',
      ['orders', '--with', 'echo', '--set', 'echo.shape.curv=flat'],
      'echo.shape has no setting "curv". Did you mean curve?',
    ],
    [
      'a prototype key',
      ['orders', '--with', 'echo', '--set', 'echo.__proto__=1'],
      'echo has no setting "__proto__"',
    ],
    [
      'a value out of range',
      ['orders', '--with', 'echo', '--set', 'echo.times=10'],
      'must be a whole number from 1 to 9',
    ],
    [
      'a word for a number',
      ['orders', '--with', 'echo', '--set', 'echo.times=two'],
      '"two" must be a whole number',
    ],
    [
      'a port that is none',
      ['orders', '--set', 'service.port=99999'],
      '--set service.port: "99999" must be a whole number from 1 to 65535.',
    ],
    [
      'a port of the sidecar',
      ['orders', '--set', 'service.port=15001'],
      '--set service.port: "15001" must not be from 15000 to 15090',
    ],
    [
      'an image that is none',
      ['orders', '--set', 'service.image=a $(b)'],
      '--set service.image: "a $(b)" must be an image reference',
    ],
    [
      'a timeout without unit',
      ['orders', '--set', 'service.timeout=5'],
      '--set service.timeout: "5" must be a duration from 1ms to 24h',
    ],
    [
      'a setting of what is not chosen',
      ['orders', '--with', 'echo', '--set', 'lock.strict=false'],
      'the capability lock is not chosen',
    ],
    ['an upstream without URL', ['orders', '--upstream', 'stock'], 'must have the form NAME=URL'],
    [
      'an upstream without a scheme',
      ['orders', '--upstream', 'stock=stock.shop.svc:81'],
      'Did you mean --upstream stock=http://stock.shop.svc:81?',
    ],
    [
      'an address for an upstream',
      ['orders', '--upstream', 'stock.shop.svc.cluster.local:81'],
      'Did you mean --upstream stock=http://stock.shop.svc.cluster.local:81?',
    ],
    [
      'a URL for an upstream',
      ['orders', '--upstream', 'https://stock.shop.svc'],
      'Did you mean --upstream stock=https://stock.shop.svc?',
    ],
    [
      'a setting of service without its section',
      ['orders', '--set', 'port=9000'],
      'Did you mean --set service.port=9000?',
    ],
    [
      'a setting of a capability without its section',
      ['orders', '--set', 'times=3'],
      'Did you mean --set echo.times=3?',
    ],
    [
      'a nested setting without its section',
      ['orders', '--set', 'shape.curve=steep'],
      'Did you mean --set echo.shape.curve=steep?',
    ],
    [
      'the last word of a nested setting',
      ['orders', '--set', 'curve=steep'],
      'Did you mean --set echo.shape.curve=steep?',
    ],
    [
      'a capability by a part of its name',
      ['orders', '--with', 'vaults-of-keys,vault-keys'],
      'Did you mean vault?',
    ],
    [
      'an upstream on no host',
      ['orders', '--upstream', 'stock=http://stock'],
      'must be a full host name',
    ],
    [
      'credentials in a URL',
      ['orders', '--upstream', 'stock=http://u:p@a.b.svc'],
      'without credentials',
    ],
    [
      'none beside others',
      ['orders', '--upstream', 'none', '--upstream', 'a=http://a.b.svc'],
      'cannot stand beside',
    ],
    [
      'colliding upstreams',
      ['orders', '--upstream', 'a-1=http://a.b.svc', '--upstream', 'a1=http://b.b.svc'],
      'become the same identifier',
    ],
    ['a bad module', ['orders', '--module', 'a b'], '"a b" is not a toy path'],
    ['two names', ['orders', 'payments'], 'too many arguments'],
  ];

  test.each(cases)('%s', async (_, words, message) => {
    const { exitCode, err, out } = await create(...words);
    expect(err).toContain(message);
    expect(exitCode).toBe(2);
    expect(out).toBe('');
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('an unknown language', async () => {
    const host = fakeHost({ cwd });
    expect(await run(['new', 'service', 'orders', '--language', 'tyo'], host)).toBe(2);
    expect(host.err()).toContain('there is no language "tyo". Did you mean toy?');
  });

  test('a target that holds something', async () => {
    mkdirSync(join(cwd, 'orders'));
    writeFileSync(join(cwd, 'orders/notes.txt'), 'mine');
    const { exitCode, err } = await create('orders', '--yes');
    expect(exitCode).toBe(2);
    expect(err).toContain('is not empty: it holds "notes.txt"');
    expect(readdirSync(join(cwd, 'orders'))).toEqual(['notes.txt']);
  });
});

describe('nobody to ask', () => {
  test('and no name: exit 4 that names the argument', async () => {
    const { exitCode, err } = await create('--yes');
    expect(exitCode).toBe(4);
    expect(err).toContain('NAME is missing');
  });

  test('no toolchain to default to: exit 6', async () => {
    const host = fakeHost({ cwd, env: { PATH: '/nowhere' } });
    expect(await run(['new', 'service', 'orders', '--yes'], host)).toBe(6);
    expect(host.err()).toContain('no language to default to: Toy is not on PATH.');
    expect(host.err()).toContain('--language toy writes the service without proof');
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('errors are JSON documents too', async () => {
    const { exitCode, out } = await create('Bad', '--json');
    expect(exitCode).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      schemaVersion: 1,
      command: 'new',
      ok: false,
      exitCode: 2,
      error: { code: 'invalid-name' },
    });
  });
});

describe('the wizard', () => {
  test('asks for what the flags leave open, and ends with the command that repeats it', async () => {
    const prompts = scriptedPrompts({
      Name: 'orders',
      Module: 'example.com/shop/orders',
      Capabilities: ['echo'],
      These: ['lock'],
      Which: 'declare',
      Upstream: 'stock=http://stock.shop.svc:81',
      Next: '',
      'lock.issuer': 'https://id.example.com',
      'service.image': 'registry.example.com/orders:1.0.0',
    });
    const host = fakeHost({ cwd, prompts });
    expect(await run(['new', 'service', '--no-verify'], host)).toBe(0);
    expect(prompts.unused()).toEqual([]);
    const last = host.out().trimEnd().split('\n').at(-1)?.trim() ?? '';
    expect(last).toBe(
      'npx meshwright new service orders --language toy --module example.com/shop/orders --with echo,lock --upstream stock=http://stock.shop.svc:81 --set lock.issuer=https://id.example.com --set service.image=registry.example.com/orders:1.0.0 --yes --no-verify',
    );
    const wizard = readFileSync(join(cwd, 'orders/scaffold.yaml'), 'utf8');

    const again = fakeHost({ cwd: mkdtempSync(join(tmpdir(), 'again-')) });
    expect(await run(last.split(' ').slice(2), again)).toBe(0);
    expect(readFileSync(join(again.cwd, 'orders/scaffold.yaml'), 'utf8')).toBe(wizard);
  });

  test('asks nothing that a flag answers', async () => {
    const prompts = scriptedPrompts({
      Module: 'example.com/orders',
      'lock.issuer': 'https://issuer.invalid',
      'service.image': 'registry.invalid/orders:dev',
    });
    const host = fakeHost({ cwd, prompts });
    const argv = ['new', 'service', 'orders', '--all', '--upstream', 'none', '--no-verify'];
    expect(await run(argv, host)).toBe(0);
    expect(prompts.unused()).toEqual([]);
    expect(host.out()).toContain(
      'to set in scaffold.yaml before you deploy: lock.issuer, service.image',
    );
  });

  test('says no to a name whose folder is taken', async () => {
    mkdirSync(join(cwd, 'orders'));
    writeFileSync(join(cwd, 'orders/x'), '');
    const host = fakeHost({ cwd, prompts: scriptedPrompts({ Name: 'orders' }) });
    expect(await run(['new', 'service'], host)).toBe(70);
    expect(host.err()).toContain('is not empty');
  });
});
