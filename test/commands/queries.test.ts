import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';

import { buildProgram } from '../../src/commands/program.js';
import { run } from '../../src/commands/run.js';
import { readCatalog } from '../../src/io/catalog.js';
import { fakeHost } from '../support/host.js';
import { smallCatalog } from '../support/small-catalog.js';

async function ask(argv: readonly string[], columns = 100) {
  const host = fakeHost({ columns });
  return { exitCode: await run(argv, host), out: host.out(), err: host.err() };
}

describe('list', () => {
  test('shows every capability in its order, and the languages', async () => {
    const { exitCode, out } = await ask(['list']);
    expect(exitCode).toBe(0);
    expect(out).toBe(
      [
        'echo   Repeats calls.',
        'lock   Asks who calls.',
        'vault  Keeps secrets.',
        '',
        'Languages: toy',
        'Meshes: istio, linkerd',
        'Settings of one: npx meshwright info CAPABILITY',
        '',
      ].join('\n'),
    );
  });

  test('as JSON carries the relations', async () => {
    const { out } = await ask(['list', '--json']);
    expect(JSON.parse(out)).toMatchObject({
      schemaVersion: 1,
      command: 'list',
      ok: true,
      exitCode: 0,
      capabilities: [
        { id: 'echo', suggests: ['lock'] },
        { id: 'lock' },
        { id: 'vault', requires: ['lock'] },
      ],
      languages: [{ id: 'toy', title: 'Toy' }],
    });
  });
});

describe('info', () => {
  test('shows settings with defaults, ranges and variables, and what is made', async () => {
    const { out } = await ask(['info', 'echo']);
    expect(out).toContain('echo · Echo\nRepeats calls.');
    expect(out).toMatch(
      /times +2 +How often\. A whole number from 1 to 9\. UPSTREAM_<NAME>_ECHO_TIMES/,
    );
    expect(out).toMatch(/shape\.curve +flat/);
    expect(out).toContain('echo: false');
    expect(out).toMatch(/toy +echo\.txt, lines in 1 place of other files/);
    expect(out).toMatch(/goes well with +lock +echoes should be authenticated/);
  });

  test.each(readCatalog(process.cwd()).capabilities.map(({ id }) => id))(
    'names the files of %s as people read them',
    async (id) => {
      const host = fakeHost({ catalog: readCatalog(process.cwd()) });
      expect(await run(['info', id], host)).toBe(0);
      expect(host.out()).not.toContain('{{');
    },
  );

  test('marks placeholders', async () => {
    expect((await ask(['info', 'lock'])).out).toContain('https://issuer.invalid (placeholder)');
  });

  test('stacks on a narrow terminal, no line longer than a word needs', async () => {
    const { out } = await ask(['info', 'echo'], 30);
    const long = out.split('\n').filter((line) => line.length > 30 && line.trim().includes(' '));
    expect(long.filter((line) => !/^ {2}\S+ \S+$/.test(line))).toEqual([]);
  });

  test('an unknown capability is exit 2 with a suggestion', async () => {
    const { exitCode, err } = await ask(['info', 'eco']);
    expect(exitCode).toBe(2);
    expect(err).toBe(
      'error: there is no capability "eco". Did you mean echo?\n  npx meshwright list shows all.\n',
    );
  });
});

describe('help', () => {
  test('lists every capability and setting', async () => {
    const { exitCode, out } = await ask(['--help']);
    expect(exitCode).toBe(0);
    for (const { id } of smallCatalog().capabilities) expect(out).toContain(`  ${id} `);
    expect(out).toMatch(/echo\.shape\.curve +flat/);
    expect(out).toMatch(/lock\.audiences +\[a\]/);
    expect(out).toMatch(/service\.port +8080/);
    expect(out).not.toContain('default: false');
  });

  test.each([
    [
      ['new', 'service'],
      ['Languages', 'Capabilities', 'Settings'],
    ],
    [
      ['add', 'capability'],
      ['Capabilities', 'Settings'],
    ],
    [['remove', 'capability'], ['Capabilities']],
    [['add', 'upstream'], []],
    [['tool', 'pin'], []],
    [['check'], []],
  ])('of %j says which words it takes, and where settings are', async (argv, parts) => {
    const { exitCode, out } = await ask([...argv, '--help']);
    expect(exitCode).toBe(0);
    for (const part of ['Languages', 'Capabilities', 'Settings']) {
      expect(out.includes(`\n${part} (`), part).toBe(parts.includes(part));
    }
    if (parts.includes('Capabilities')) {
      for (const { id } of smallCatalog().capabilities) expect(out).toContain(`  ${id} `);
    }
    expect(out.includes('npx meshwright info CAPABILITY')).toBe(parts.includes('Settings'));
    expect(out).not.toMatch(/lock\.audiences|service\.port/);
    expect(out).not.toContain('default: false');
  });

  test.each([
    [['help'], ['--help']],
    [['help', 'help'], ['--help']],
    [
      ['help', 'list'],
      ['list', '--help'],
    ],
    [
      ['help', 'new', 'service'],
      ['new', 'service', '--help'],
    ],
  ])('%j is %j', async (words, flag) => {
    const shown = await ask(words);
    expect(shown).toEqual({ ...(await ask(flag)), exitCode: 0 });
    expect(shown.out).toContain('Usage: scaffold');
  });

  test('of another command lists its options only', async () => {
    const { out } = await ask(['info', '--help']);
    expect(out).toContain('--json');
    expect(out).not.toContain('lock.audiences');
  });
});

describe('usage errors', () => {
  const cases: readonly (readonly [readonly string[], string])[] = [
    [['nwe'], 'unknown command "nwe". Did you mean new?'],
    [['new', 'servce'], 'unknown command "servce". Did you mean service?'],
    [['info'], 'missing required argument "CAPABILITY".'],
    [['list', '--jsn'], 'unknown option "--jsn". Did you mean --json?'],
    [['completion', 'tcsh'], 'Allowed choices are bash, zsh, fish.'],
    [['new'], 'new needs one of: service.'],
    [['add'], 'add needs one of: capability, upstream.'],
    [['nwe', '--help'], 'unknown command "nwe". Did you mean new?'],
    [['help', 'nwe'], 'unknown command "nwe". Did you mean new?'],
    [['help', 'new', 'servce'], 'unknown command "servce". Did you mean service?'],
    [[], 'a command is missing: new, list, info,'],
    [['new', 'orders'], 'unknown command "orders". Did you mean new service orders?'],
    [['new', 'My Orders'], 'unknown command "My Orders". Did you mean new service my-orders?'],
    [['new', '...'], 'unknown command "...".\n'],
    [['add', 'lock'], 'unknown command "lock". Did you mean add capability lock?'],
    [['add', 'ech'], 'unknown command "ech". Did you mean add capability echo?'],
    [['remove', 'echo'], 'unknown command "echo". Did you mean remove capability echo?'],
    [['add', 'capabilty', 'echo'], 'unknown command "capabilty". Did you mean capability?'],
    [
      ['add', 'stock=http://stock.shop.svc'],
      'unknown command "stock=http://stock.shop.svc". Did you mean add upstream stock=http://stock.shop.svc?',
    ],
    [['add', 'nothing-near'], 'unknown command "nothing-near".\n'],
    [['simulate', 'inventory', '--share', '7'], 'It must be a number above 0, at most 1.'],
    [['simulate', 'inventory', '--share', '0'], 'It must be a number above 0, at most 1.'],
  ];
  test.each(cases)('%j', async (argv, message) => {
    const { exitCode, out, err } = await ask(argv);
    expect(err).toContain(message);
    expect(exitCode).toBe(2);
    expect(out).toBe('');
  });

  test('are JSON documents with --json', async () => {
    const { out } = await ask(['list', '--jsn', '--json']);
    expect(JSON.parse(out)).toMatchObject({ command: 'list', ok: false, error: { code: 'usage' } });
  });
});

const leaves = listLeaves(buildProgram(() => undefined)).filter(([name]) => name !== '__complete');

test.each(leaves)('%s has --json', (_, command) => {
  expect(command.options.map(({ long }) => long)).toContain('--json');
});

function listLeaves(command: Command, path: readonly string[] = []): [string, Command][] {
  if (command.commands.length === 0) return [[path.join(' '), command]];
  return command.commands.flatMap((child) => listLeaves(child, [...path, child.name()]));
}

test.each([
  [['schema'], 'schema'],
  [['completion', 'fish'], 'script'],
])('%j carries its result as JSON too', async (argv, key) => {
  const text = await ask(argv);
  const document = JSON.parse((await ask([...argv, '--json'])).out) as Record<string, unknown>;
  expect(document).toMatchObject({ schemaVersion: 1, command: argv[0], ok: true, exitCode: 0 });
  const value = document[key];
  expect(typeof value === 'string' ? value : JSON.parse(text.out)).toEqual(
    typeof value === 'string' ? text.out : value,
  );
});

test('a bug is exit 70, says how to report it, and keeps its stack for DEBUG', async () => {
  const broken = {
    ...fakeHost(),
    loadCatalog: () => {
      throw new TypeError('x is not a function');
    },
  };
  const host = fakeHost();
  expect(await run(['list'], { ...broken, stdout: host.stdout, stderr: host.stderr })).toBe(70);
  expect(host.err()).toContain('this is a bug in meshwright: x is not a function');
  expect(host.err()).not.toContain('    at ');
  const debugged = fakeHost();
  await run(['list'], { ...broken, stderr: debugged.stderr, env: { DEBUG: '1' } });
  expect(debugged.err()).toContain('    at ');
});

describe('completion', () => {
  const texts = async (line: string, cwd = '/nowhere') => {
    const host = fakeHost({ cwd });
    expect(await run(['__complete', '--', line], host)).toBe(0);
    return host
      .out()
      .split('\n')
      .slice(0, -1)
      .map((row) => row.split('\t')[0]);
  };

  test('of commands', async () => {
    expect(await texts('scaffold ')).toEqual(
      expect.arrayContaining(['new', 'list', 'info', 'verify']),
    );
    expect((await texts('scaffold ')).some((text) => text?.startsWith('_'))).toBe(false);
    expect(await texts('scaffold ver')).toEqual(['verify']);
    expect(await texts('scaffold new s')).toEqual(['service']);
  });

  test('of options and their values', async () => {
    expect(await texts('scaffold new service orders --no')).toEqual(['--no-verify']);
    expect(await texts('scaffold new service --language ')).toEqual(['toy']);
    expect(await texts('scaffold new service --language=t')).toEqual(['--language=toy']);
    expect(await texts('scaffold new service --with e')).toEqual(['echo']);
    expect(await texts('scaffold new service --with echo,')).toEqual(['echo,lock', 'echo,vault']);
  });

  test('of settings, then of their values', async () => {
    expect(await texts('scaffold new service --set echo.')).toEqual([
      'echo.times=',
      'echo.pause=',
      'echo.shape.curve=',
    ]);
    expect(await texts('scaffold new service --set echo.shape.curve=')).toEqual([
      'echo.shape.curve=flat',
      'echo.shape.curve=steep',
    ]);
    expect(await texts('scaffold new service --set lock.strict=t')).toEqual(['lock.strict=true']);
  });

  test('of arguments', async () => {
    expect(await texts('scaffold info ')).toEqual(['echo', 'lock', 'vault']);
    expect(await texts('scaffold completion ')).toEqual(['bash', 'zsh', 'fish']);
    expect(await texts('scaffold info ech nothing more')).toEqual([]);
  });

  test('of a fixed set of words', async () => {
    expect(await texts('scaffold simulate x --fault s')).toEqual(['slow']);
    expect(await texts('scaffold check --format=s')).toEqual(['--format=sarif']);
  });

  test('of rules', async () => {
    const codes = await texts('scaffold explain-rule RETRY_');
    expect(codes).toContain('RETRY_AMPLIFIED');
    expect(codes.every((code) => code?.startsWith('RETRY_'))).toBe(true);
  });

  describe('of names in scaffold.yaml', () => {
    const folder = (text: string): string => {
      const root = mkdtempSync(join(tmpdir(), 'completion-'));
      writeFileSync(join(root, 'scaffold.yaml'), text);
      return root;
    };
    const declared = folder(
      [
        'service: { name: orders }',
        'upstreams:',
        '  - { name: inventory, url: "http://inventory.shop.svc" }',
        '  - { name: pricing, url: "not yet" }',
        '  - { name: "$(touch /tmp/x)" }',
        'environments: { staging: {}, production: , "a b": {} }',
        '',
      ].join('\n'),
    );

    test.each([
      ['scaffold explain ', ['inventory', 'pricing']],
      ['scaffold simulate p', ['pricing']],
      ['scaffold remove upstream ', ['inventory', 'pricing']],
      ['scaffold check --env ', ['staging', 'production']],
      ['scaffold drift --env=prod', ['--env=production']],
      ['scaffold simulate inventory --env s', ['staging']],
      ['scaffold new service ', []],
    ])('%j', async (line, expected) => {
      expect(await texts(line, declared)).toEqual(expected);
    });

    test.each([
      ['a broken file', 'upstreams: [{ name: inventory'],
      ['another type', 'upstreams: inventory\nenvironments: [a]\n'],
      ['nothing', ''],
      ['a file of 300 KiB', `upstreams: [{ name: inventory }]\n#${'x'.repeat(300_000)}\n`],
    ])('%s gives none', async (_, text) => {
      const root = folder(text);
      expect(await texts('scaffold explain ', root)).toEqual([]);
      expect(await texts('scaffold check --env ', root)).toEqual([]);
    });
  });
});
