import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import type { Catalog } from '../../src/model/catalog.js';
import { startLife, type Life } from '../support/life.js';
import { smallCatalog } from '../support/small-catalog.js';

const small = smallCatalog();
const real = readCatalog(process.cwd());
const upstream = 'inventory=http://inventory.shop.svc.cluster.local:8080';
const toy = ['--language', 'toy', '--upstream', upstream];
const go = ['--language', 'go', '--module', 'example.com/orders'];
const ADD = ['add', 'capability', 'echo', '--no-verify'];

/** The small catalog as a later version has it. */
function later(changes: Readonly<Record<string, string>> = {}): Catalog {
  const fixed = Object.entries(changes).map(
    ([key, text]) => [key, (() => text) as unknown as never] as const,
  );
  return { ...small, version: '1.3.0', templates: new Map([...small.templates, ...fixed]) };
}

/** A service whose main both sides are about to change in the same line. */
async function startConflict(): Promise<{ life: Life; update: () => Promise<number> }> {
  const life = await startLife(small, toy);
  life.edit('Makefile', 'echo orders', 'echo mine');
  life.edit('main.txt', 'end\n', 'end\nmore\n');
  life.commit();
  const next = later({ 'toy/Makefile.hbs': 'run: ## start it\n\techo theirs\n' });
  return {
    life,
    update: async () => (await life.run(['update', '--no-verify'], next)).exitCode,
  };
}

describe('add', () => {
  test('wires a capability into an edited repo, and the edits stay', async () => {
    const life = await startLife(small, toy);
    life.edit('main.txt', 'end\n', 'end\nmine\n');
    life.edit('scaffold.yaml', 'version: 1\n', '# ours\nversion: 1\n');
    life.commit();
    const { exitCode, err } = await life.run(ADD);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(life.read('main.txt')).toBe('service orders\necho\nend\nmine\n');
    expect(life.read('echo.txt')).toContain('inventory');
    expect(life.read('scaffold.yaml')).toContain('# ours\nversion: 1\n');
    expect((await life.run(['drift'])).exitCode).toBe(0);
  });

  test('gives what new would have given, and remove gives back what was', async () => {
    const life = await startLife(small, [...toy, '--with', 'lock']);
    const before = life.snapshot();
    const whole = await startLife(small, [...toy, '--with', 'echo,lock']);
    await life.run(ADD);
    expect(life.snapshot()).toEqual(whole.snapshot());
    life.commit();
    expect((await life.run(['remove', 'capability', 'echo', '--no-verify'])).exitCode).toBe(0);
    expect(life.snapshot()).toEqual(before);
  });

  test('works outside git', async () => {
    const life = await startLife(small, toy, { git: 'none' });
    life.edit('main.txt', 'end\n', 'end\nmine\n');
    expect((await life.run(ADD)).exitCode).toBe(0);
    expect(life.read('main.txt')).toBe('service orders\necho\nend\nmine\n');
  });

  test('fails where the layers do not compose, and not for what scaffold.yaml accepts', async () => {
    const life = await startLife(real, [
      ...go,
      '--with',
      'retry,mesh-ready',
      '--upstream',
      upstream,
    ]);
    life.edit('deploy/mesh/orders-to-inventory.yaml', 'Percent: 50', 'Percent: 5');
    life.commit();
    const add = ['add', 'capability', 'circuit-breaker', '--no-verify', '--dry-run'];
    expect((await life.run(add)).out).toContain('OD_NEVER_EJECTS');
    life.write(
      'scaffold.yaml',
      `${life.read('scaffold.yaml')}check: { accept: [{ code: OD_NEVER_EJECTS, reason: it scales soon }] }\n`,
    );
    life.commit();
    const { exitCode, out } = await life.run(add);
    expect(out).not.toContain('OD_NEVER_EJECTS');
    expect(exitCode).toBe(0);
  });

  test('brings mesh-ready in as an observer, and says how it goes on', async () => {
    const life = await startLife(real, [...go, '--upstream', upstream]);
    const { exitCode, out } = await life.run(['add', 'capability', 'mesh-ready', '--no-verify']);
    expect(exitCode).toBe(0);
    expect(life.read('scaffold.yaml')).toMatch(/mesh-ready:\n\s+rollout: observe/);
    expect(out).toContain('enforce');
    expect(
      [...life.snapshot()].filter(([path]) => path.startsWith('deploy/mesh/')).join('\n'),
    ).toContain('PERMISSIVE');
  });

  test('names the callers line that the other side needs', async () => {
    const life = await startLife(real, [...go, '--upstream', 'none', '--with', 'mesh-ready']);
    const { exitCode, out } = await life.run([
      'add',
      'upstream',
      upstream.replace('inventory', 'stock'),
      '--no-verify',
    ]);
    expect(exitCode, out).toBe(0);
    expect(out).toContain('callers: [{ namespace: default, serviceAccount: orders }]');
  });

  test('writes nothing when a manifest would be invalid', async () => {
    const life = await startLife(real, [...go, '--upstream', 'none']);
    const before = life.snapshot();
    const key = 'mesh-ready/deploy/base/service.yaml.hbs';
    const text = 'apiVersion: v1\nkind: Service\nmetadata: { name: orders }\nspec: { prots: [] }\n';
    const broken = {
      ...real,
      templates: new Map([...real.templates, [key, () => text] as const]),
    };
    const { exitCode, err } = await life.run(['add', 'capability', 'mesh-ready'], broken);
    expect(exitCode).toBe(70);
    expect(err).toContain('deploy/base/service.yaml');
    expect(life.snapshot()).toEqual(before);
  });

  test('takes settings', async () => {
    const life = await startLife(small, toy);
    const { exitCode } = await life.run([...ADD, '--set', 'echo.times=3']);
    expect(exitCode).toBe(0);
    expect(life.read('scaffold.yaml')).toContain('  echo:\n    times: 3\n');
  });

  test.each([
    [['add', 'capability', 'ech'], 'there is no capability "ech"'],
    [['add', 'capability', 'echo'], 'the capability echo is there already'],
    [['remove', 'capability', 'lock'], 'there is no capability "lock"'],
    [['remove', 'upstream', 'inventor'], 'did you mean'],
    [['add', 'upstream', 'x'], '"x"'],
  ])('%j is refused', async (argv, message) => {
    const life = await startLife(small, [...toy, '--with', 'echo']);
    const { exitCode, err } = await life.run(argv);
    expect(exitCode).toBe(2);
    expect(err.toLowerCase()).toContain(message);
  });
});

describe('remove', () => {
  test('names the objects that stay in the cluster, and how to delete them', async () => {
    const life = await startLife(real, [...go, '--upstream', upstream, '--with', 'mesh-ready']);
    life.write(
      'scaffold.yaml',
      `${life.read('scaffold.yaml')}environments: { staging: { namespace: test } }
`,
    );
    expect((await life.run(['update', '--no-verify'])).exitCode).toBe(0);
    life.commit();
    const { exitCode, out } = await life.run(['remove', 'upstream', 'inventory', '--no-verify']);
    expect(exitCode).toBe(0);
    expect(out.match(/kubectl delete .*/g)).toEqual(
      ['default', 'test'].flatMap((namespace) => [
        `kubectl delete virtualservice.networking.istio.io/orders-to-inventory --namespace ${namespace}`,
        `kubectl delete destinationrule.networking.istio.io/orders-to-inventory --namespace ${namespace}`,
      ]),
    );
  });

  test('by hand in scaffold.yaml names them as well', async () => {
    const life = await startLife(real, [...go, '--upstream', upstream, '--with', 'mesh-ready']);
    life.edit('scaffold.yaml', 'mesh-ready: {}', 'mesh-ready: { replicas: 1 }');
    life.commit();
    const { exitCode, out } = await life.run(['update', '--no-verify', '--dry-run', '--json']);
    expect(exitCode).toBe(0);
    const { gone } = JSON.parse(out) as { gone: unknown };
    expect(gone).toEqual([
      {
        group: 'autoscaling',
        kind: 'HorizontalPodAutoscaler',
        namespace: 'default',
        name: 'orders',
      },
      { group: 'policy', kind: 'PodDisruptionBudget', namespace: 'default', name: 'orders' },
    ]);
  });

  test('is refused while another capability requires it', async () => {
    const life = await startLife(small, [...toy, '--with', 'vault']);
    const { exitCode, err } = await life.run(['remove', 'capability', 'lock']);
    expect(exitCode).toBe(2);
    expect(err).toContain('vault requires it');
  });

  test('leaves an edited file of the capability to people', async () => {
    const life = await startLife(small, [...toy, '--with', 'echo']);
    life.edit('echo.txt', 'inventory', 'mine');
    life.commit();
    const { exitCode } = await life.run(['remove', 'capability', 'echo', '--no-verify']);
    expect(exitCode).toBe(3);
    expect(life.read('echo.txt')).toContain('mine');
    expect(life.has('echo.txt.scaffold-deleted')).toBe(true);
  });
});

describe('a conflict', () => {
  test('stands in the file with labels, exit 3, and the lock stays', async () => {
    const { life, update } = await startConflict();
    const lock = life.read('.scaffold/lock.json');
    expect(await update()).toBe(3);
    expect(life.read('Makefile')).toMatch(
      /^<{7} .+$[^]*echo mine[^]*^\|{7} .+$[^]*echo orders[^]*^={7}$[^]*echo theirs[^]*^>{7} .+$/m,
    );
    expect(life.read('.scaffold/lock.json')).toBe(lock);
    expect((await life.run(['drift'])).out).toContain('unresolved');
  });

  test('keeps --continue waiting until the markers are gone', async () => {
    const { life, update } = await startConflict();
    await update();
    const refused = await life.run(['update', '--continue']);
    expect(refused.exitCode).toBe(3);
    expect(refused.err).toContain('Makefile');
    expect((await life.run(ADD)).exitCode).toBe(3);

    life.write('Makefile', 'run: ## start it\n\techo both\n');
    expect((await life.run(['update', '--continue'])).exitCode).toBe(0);
    expect(life.read('.scaffold/lock.json')).toContain('"version": "1.3.0"');
    expect(life.read('Makefile')).toContain('echo both');
    expect((await life.run(['update', '--continue'])).exitCode).toBe(2);
    expect((await life.run(['update', '--abort'])).exitCode).toBe(2);
  });

  test('is undone by --abort to the byte, later edits saved aside', async () => {
    const { life, update } = await startConflict();
    const before = life.snapshot();
    await update();
    const clean = await life.run(['update', '--abort']);
    expect(clean.exitCode).toBe(0);
    expect(life.snapshot()).toEqual(before);

    await update();
    life.write('Makefile', 'half done\n');
    const { exitCode, out } = await life.run(['update', '--abort']);
    expect(exitCode).toBe(0);
    const copy = /edits of Makefile are in (\S+)/.exec(out)?.[1] ?? '';
    expect(life.read(copy)).toBe('half done\n');
    rmSync(join(life.root, copy));
    expect([...life.snapshot()].filter(([path]) => before.has(path))).toEqual([...before]);
  });
});

describe('a dirty tree', () => {
  test('is refused when the run would merge into it, unless allowed', async () => {
    const life = await startLife(small, toy);
    life.edit('main.txt', 'end\n', 'end\nmine\n');
    const before = life.snapshot();
    const refused = await life.run(ADD);
    expect(refused.exitCode).toBe(2);
    expect(refused.err).toContain('main.txt');
    expect(life.snapshot()).toEqual(before);
    expect((await life.run([...ADD, '--allow-dirty'])).exitCode).toBe(0);
    expect(life.read('main.txt')).toContain('mine');
  });

  test('does not count where the run writes nothing', async () => {
    const life = await startLife(small, toy);
    life.edit('Makefile', 'echo', 'echo -n');
    life.write('notes.txt', 'x\n');
    expect((await life.run(ADD)).exitCode).toBe(0);
  });

  test('does not count files that are as they were written, committed or not', async () => {
    const life = await startLife(small, toy, { git: 'uncommitted' });
    expect((await life.run(ADD)).exitCode).toBe(0);
    expect((await life.run(['add', 'capability', 'lock', '--no-verify'])).exitCode).toBe(0);
  });
});

describe('--dry-run', () => {
  test('marks what each file does to a running service, and writes nothing', async () => {
    const life = await startLife(real, [...go, '--upstream', upstream, '--with', 'mesh-ready']);
    life.write(
      'scaffold.yaml',
      `${life.read('scaffold.yaml')}environments:
  staging: { upstreams: [{ name: inventory, timeout: 3s }] }
`,
    );
    expect((await life.run(['update', '--no-verify', '--allow-dirty'])).exitCode).toBe(0);
    life.commit();
    const before = life.snapshot();
    const change = ['add', 'capability', 'retry', '--no-verify', '--dry-run'];
    const { exitCode, out } = await life.run([...change, '--json']);
    expect(exitCode).toBe(0);
    expect(life.snapshot()).toEqual(before);
    const { files } = JSON.parse(out) as { files: { path: string; effect: string }[] };
    const effects = Object.fromEntries(files.map(({ path, effect }) => [path, effect]));
    expect(effects).toMatchObject({
      'deploy/base/deployment.yaml': 'restart',
      'deploy/mesh/orders-to-inventory.yaml': 'traffic',
      'deploy/overlays/staging/orders-to-inventory.virtual-service.yaml': 'traffic',
      'deploy/overlays/staging/orders.deployment.yaml': 'restart',
      'internal/retry/retry.go': 'none',
    });
    const text = await life.run(change);
    for (const { path, effect } of files) {
      const mark = { none: 'no effect', restart: 'restart', traffic: 'live traffic' }[effect];
      expect(text.out).toMatch(
        new RegExp(`^ +${mark ?? ''} +${path.replaceAll('.', '\\.')} `, 'm'),
      );
    }
  });

  test('ends with 0 and shows the markers when there would be conflicts', async () => {
    const { life } = await startConflict();
    const next = later({ 'toy/Makefile.hbs': 'run: ## start it\n\techo theirs\n' });
    const before = life.snapshot();
    const { exitCode, out } = await life.run(['update', '--dry-run'], next);
    expect(exitCode).toBe(0);
    expect(out).toContain('would need you');
    expect(out).toContain('+<<<<<<<');
    expect(life.snapshot()).toEqual(before);
  });
});

describe('what a repo does to bytes and modes', () => {
  test('CRLF stays CRLF', async () => {
    const life = await startLife(small, toy, { git: 'uncommitted' });
    for (const path of ['main.txt', 'Makefile', 'scaffold.yaml']) {
      life.write(path, life.read(path).replaceAll('\n', '\r\n'));
    }
    life.edit('main.txt', 'end\r\n', 'end\r\nmine\r\n');
    life.commit();
    expect((await life.run(['drift'])).out).not.toContain('Makefile');
    const { exitCode, err } = await life.run(ADD);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(life.read('main.txt')).toBe('service orders\r\necho\r\nend\r\nmine\r\n');
    const request = life.read('scaffold.yaml');
    expect(request.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(request).toContain('  echo: {}\r\n');
    expect((await life.run(['drift'])).exitCode).toBe(0);
  });

  test('markers of a merge of git are told from those of an update', async () => {
    const life = await startLife(small, toy);
    life.git('branch', 'other');
    life.edit('Makefile', 'echo', 'echo 1');
    life.commit();
    life.git('checkout', '--quiet', 'other');
    life.edit('Makefile', 'echo', 'echo 2');
    life.commit();
    expect(() => life.git('merge', '-')).toThrow();
    const { exitCode, out } = await life.run(['drift']);
    expect(exitCode).toBe(1);
    expect(out).toContain('Makefile: resolve the conflict, then git add Makefile');
    const add = await life.run(['add', 'upstream', 'x=http://x.y.svc.cluster.local', '--json']);
    expect(add.out).not.toContain('--continue');
  });

  test('modes do not count where core.fileMode is false', async () => {
    const life = await startLife(small, toy);
    execFileSync('chmod', ['+x', join(life.root, 'Makefile')]);
    const strict = ['drift', '--strict'];
    expect((await life.run(strict)).exitCode).toBe(1);
    life.git('config', 'core.fileMode', 'false');
    expect((await life.run(strict)).exitCode).toBe(0);
  });

  test("a file that people moved receives the template's change where it is now", async () => {
    const life = await startLife(small, toy);
    mkdirSync(join(life.root, 'sub'));
    renameSync(join(life.root, 'main.txt'), join(life.root, 'sub/main.txt'));
    life.commit();
    expect((await life.run(['drift'])).out).not.toContain('missing');
    expect((await life.run(ADD)).exitCode).toBe(0);
    expect(life.read('sub/main.txt')).toBe('service orders\necho\nend\n');
    expect(life.has('main.txt')).toBe(false);
  });

  test('a file that people deleted stays deleted, and the report says so', async () => {
    const life = await startLife(small, toy);
    rmSync(join(life.root, 'main.txt'));
    life.commit();
    const { exitCode, out } = await life.run(ADD);
    expect(exitCode).toBe(0);
    expect(out).toContain('main.txt');
    expect(life.has('main.txt')).toBe(false);
  });

  test('a file of theirs at a new path is not overwritten', async () => {
    const life = await startLife(small, toy);
    life.write('echo.txt', 'mine\n');
    life.commit();
    expect((await life.run(ADD)).exitCode).toBe(3);
    expect(life.read('echo.txt')).toBe('mine\n');
    expect(life.read('echo.txt.scaffold-new')).toContain('inventory');
    rmSync(join(life.root, 'echo.txt.scaffold-new'));
    expect((await life.run(['update', '--continue'])).exitCode).toBe(0);
    expect(life.read('echo.txt')).toBe('mine\n');
  });
});

describe('another template version', () => {
  test('stops add and remove, and update moves the repo', async () => {
    const life = await startLife(small, [...toy, '--with', 'lock']);
    const next = later({ 'toy/Makefile.hbs': 'run: ## start it now\n\techo orders\n' });
    const refused = await life.run(ADD, next);
    expect(refused.exitCode).toBe(2);
    expect(refused.err).toContain('npx meshwright update');
    expect((await life.run(['remove', 'capability', 'lock'], next)).exitCode).toBe(2);

    const drifted = await life.run(['drift'], next);
    expect(drifted.exitCode).toBe(1);
    expect(drifted.out).toContain('outdated');
    expect(drifted.out).toContain('1.2.3 → 1.3.0');
    expect((await life.run(['update', '--no-verify'], next)).exitCode).toBe(0);
    expect(life.read('Makefile')).toContain('now');
    expect((await life.run(['drift'], next)).exitCode).toBe(0);
  });

  test('nothing to do is said, and changes no byte', async () => {
    const life = await startLife(small, toy);
    const before = life.snapshot();
    const { exitCode, out } = await life.run(['update', '--no-verify']);
    expect(exitCode).toBe(0);
    expect(out).toContain('nothing to change');
    expect(life.snapshot()).toEqual(before);
  });
});

describe('a lock that is damaged', () => {
  test('in conflict between two branches is recomputed by update', async () => {
    const life = await startLife(small, toy);
    life.git('branch', 'other');
    await life.run(ADD);
    life.commit();
    life.git('checkout', '--quiet', 'other');
    expect(
      (
        await life.run([
          'add',
          'upstream',
          'stock=http://stock.shop.svc.cluster.local:8080',
          '--no-verify',
        ])
      ).exitCode,
    ).toBe(0);
    life.edit('Makefile', 'run: ## start it', 'run: ## go');
    life.commit();
    expect(() => life.git('merge', '--quiet', '-')).toThrow();
    expect(life.read('.scaffold/lock.json')).toContain('<<<<<<<');
    expect(life.read('scaffold.yaml')).not.toContain('<<<<<<<');

    const refused = await life.run(['add', 'capability', 'lock']);
    expect(refused.exitCode).toBe(2);
    expect(refused.err).toContain('npx meshwright update');
    const { exitCode, out, err } = await life.run(['update', '--no-verify']);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out).toContain('The lock was in conflict');
    expect(life.read('echo.txt')).toContain('stock');
    expect(life.read('main.txt')).toContain('echo');
    expect(life.read('Makefile')).toContain('## go');
    expect((await life.run(['drift'])).exitCode).toBe(0);
  });

  test.each([
    ['lost', () => undefined],
    ['cut in half', (text: string) => text.slice(0, text.length / 2)],
    ['no JSON', (text: string) => text.replace('"version"', 'version')],
  ])('%s is rebuilt, and edits are known for edits', async (_, damage) => {
    const life = await startLife(small, [...toy, '--with', 'echo']);
    const whole = life.read('.scaffold/lock.json');
    life.edit('main.txt', 'end\n', 'end\nmine\n');
    life.commit();
    const text = damage(whole);
    if (text === undefined) rmSync(join(life.root, '.scaffold/lock.json'));
    else life.write('.scaffold/lock.json', text);
    const before = [...life.snapshot()].filter(([path]) => !path.startsWith('.scaffold/'));

    const refused = await life.run(['drift', '--json']);
    expect(refused.exitCode).toBe(2);
    expect(refused.out).toContain('--rebuild-lock');
    const { exitCode, err } = await life.run(['update', '--rebuild-lock']);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(life.read('.scaffold/lock.json')).toBe(whole);
    expect([...life.snapshot()].filter(([path]) => !path.startsWith('.scaffold/'))).toEqual(before);
  });

  test('says what could not be recomputed', async () => {
    const life = await startLife(small, [...toy, '--with', 'echo']);
    rmSync(join(life.root, '.scaffold'), { recursive: true });
    rmSync(join(life.root, 'echo.txt'));
    life.write('Makefile', 'all: mine\n');
    const { exitCode, out } = await life.run(['update', '--rebuild-lock', '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ unknown: ['Makefile'], absent: ['echo.txt'] });
    life.commit();
    expect((await life.run(['update', '--no-verify'])).exitCode).toBe(0);
    expect(life.read('Makefile')).toBe('all: mine\n');
    expect(life.has('echo.txt')).toBe(true);
  });
});
