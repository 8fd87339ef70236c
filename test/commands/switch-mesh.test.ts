import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { run } from '../../src/commands/run.js';
import { readCatalog } from '../../src/io/catalog.js';
import { fakeHost, scriptedPrompts } from '../support/host.js';
import { readFolder } from '../support/read-folder.js';

const catalog = readCatalog(process.cwd());
const cwd = mkdtempSync(join(tmpdir(), 'switch-mesh-'));
const root = join(cwd, 'orders');
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

async function scaffold(folder: string, ...argv: readonly string[]) {
  const host = fakeHost({ cwd: folder, catalog, columns: 200 });
  return { exitCode: await run(argv, host), out: host.out(), err: host.err() };
}

describe('a service that changes its mesh', () => {
  let before: Readonly<Record<string, string>>;
  const declaration = () => readFileSync(join(root, 'scaffold.yaml'), 'utf8');
  const declare = (settings: string) =>
    writeFileSync(
      join(root, 'scaffold.yaml'),
      declaration().replace(/mesh-ready: \{.*\}/, `mesh-ready: { ${settings} }`),
    );
  const manifests = () =>
    Object.fromEntries([...readFolder(root)].filter(([path]) => path.startsWith('deploy/')));

  beforeAll(async () => {
    const upstreams = ['inventory=http://inventory.stock.svc.cluster.local:8080'];
    const { exitCode } = await scaffold(
      cwd,
      ...['new', 'service', 'orders', '--language', 'go', '--all', '--yes', '--no-verify'],
      ...upstreams.flatMap((each) => ['--upstream', each]),
    );
    expect(exitCode).toBe(0);
    before = manifests();
  });

  test('gets its files, and the lines that delete what is gone', async () => {
    declare('provider: linkerd');
    const { exitCode, out } = await scaffold(root, 'update', '--no-verify');
    expect(exitCode).toBe(0);
    expect(out).toContain(
      'kubectl delete virtualservice.networking.istio.io/orders-to-inventory --namespace default',
    );
    expect(out).toContain('Not expressible in Linkerd');
    expect(existsSync(join(root, 'deploy/mesh/server.yaml'))).toBe(true);
    expect(existsSync(join(root, 'deploy/mesh/telemetry.yaml'))).toBe(false);
    expect((await scaffold(root, 'drift')).exitCode).toBe(0);
    expect((await scaffold(root, 'check', '--severity', 'warning')).exitCode).toBe(0);
  });

  test.each(['dataPlane: ambient', 'routes: gateway-api', 'waypoint: gate'])(
    'may not keep %s, a setting of the other mesh',
    async (setting) => {
      declare(`provider: linkerd, ${setting}`);
      const { exitCode, err } = await scaffold(root, 'update', '--no-verify');
      expect(exitCode).toBe(2);
      const key = setting.split(':')[0] ?? '';
      expect(err).toContain(`mesh-ready.${key} is a setting of Istio`);
    },
  );

  test('and back has what it had', async () => {
    declare('provider: istio');
    const { exitCode, out } = await scaffold(root, 'update', '--no-verify');
    expect(exitCode).toBe(0);
    expect(out).toContain('kubectl delete server.policy.linkerd.io/orders --namespace default');
    expect(manifests()).toEqual(before);
  });
});

describe('the wizard', () => {
  const answers = {
    Module: 'example.com/till',
    'How is it called?': 'http',
    'service.image': 'registry.example.com/till:1',
  };
  const argv = ['new', 'service', 'till', '--language', 'go', '--with', 'mesh-ready'];

  test('asks which mesh, and repeats the answer', async () => {
    const prompts = scriptedPrompts({ ...answers, Mesh: 'linkerd' });
    const host = fakeHost({ cwd, catalog, prompts, columns: 400 });
    expect(await run([...argv, '--upstream', 'none', '--no-verify'], host)).toBe(0);
    expect(prompts.unused()).toEqual([]);
    expect(host.out()).toContain('--set mesh-ready.provider=linkerd');
    expect(existsSync(join(cwd, 'till/deploy/mesh/server.yaml'))).toBe(true);
  });

  test.each([
    ['crate', 'mesh/gate', true],
    ['chest', '', false],
  ])('asks how %s runs in a mesh, and what follows from that', async (name, waypoint, isRead) => {
    const ways = { Mesh: 'istio', 'Data plane': 'ambient', Waypoint: waypoint };
    const prompts = scriptedPrompts({ ...answers, ...ways, Module: `example.com/${name}` });
    const host = fakeHost({ cwd, catalog, prompts, columns: 400 });
    const flags = ['--dir', name, '--upstream', 'none', '--no-verify'];
    expect(await run([...argv, ...flags], host)).toBe(0);
    expect(prompts.unused()).toEqual([]);
    expect(host.out()).toContain('--set mesh-ready.dataPlane=ambient');
    expect(host.out().includes(`--set mesh-ready.waypoint=${waypoint}`)).toBe(isRead);
    expect(existsSync(join(cwd, name, 'deploy/mesh/telemetry.yaml'))).toBe(isRead);
  });

  test('does not ask where a flag says it', async () => {
    const prompts = scriptedPrompts({ ...answers, Module: 'example.com/shelf' });
    const host = fakeHost({ cwd, catalog, prompts });
    const said = ['--set', 'mesh-ready.provider=linkerd', '--dir', 'shelf'];
    expect(await run([...argv, ...said, '--upstream', 'none', '--no-verify'], host)).toBe(0);
    expect(prompts.unused()).toEqual([]);
  });
});

test('list names the meshes', async () => {
  const { out } = await scaffold(cwd, 'list', '--json');
  expect(JSON.parse(out)).toMatchObject({
    meshes: [
      { id: 'istio', title: 'Istio' },
      { id: 'linkerd', title: 'Linkerd' },
    ],
  });
});
