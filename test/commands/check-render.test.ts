import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { run } from '../../src/commands/run.js';
import { splitSources } from '../../src/manifests/split-sources.js';
import { findTool } from '../mesh/support/deploy.js';
import { needing } from '../mesh/support/tools.js';
import { fakeHost } from '../support/host.js';
import { ruleCatalog } from '../support/rule-catalog.js';
import { writeTree } from '../support/snapshot.js';

/** `check --render` with a real helm, on charts that mean well and charts that do not. */
const catalog = ruleCatalog();
const tools = needing('helm');
let root: string;
let cwd: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'check-render-'));
  cwd = join(root, 'repository');
  mkdirSync(join(cwd, '.git'), { recursive: true });
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const policy = `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: {{ .Values.name }}
  namespace: shop
spec:
  host: {{ .Values.name }}.shop.svc.cluster.local
  trafficPolicy:
    connectionPool:
      http:
        maxRetries: {{ .Values.maxRetries }}
`;
const chart = (name: string, more = ''): Record<string, string> => ({
  [`${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n${more}`,
  [`${name}/values.yaml`]: 'name: inventory\nmaxRetries: 0\n',
  [`${name}/templates/policy.yaml`]: policy,
});

async function check(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  path?: string,
) {
  const folder = dirname(findTool('helm') ?? '/nowhere/helm');
  const host = fakeHost({
    cwd,
    catalog,
    env: { PATH: path ?? `${folder}:/usr/bin:/bin`, HOME: root, ...env },
  });
  const exitCode = await run(['check', ...argv], host);
  return { exitCode, out: host.out(), err: host.err() };
}

describe.skipIf(tools.skip)(`charts that helm renders${tools.note}`, () => {
  test('findings name the template; without --render templates are counted alone', async () => {
    writeTree(cwd, {
      ...chart('web'),
      'plain.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: shop }\n',
    });
    const plain = await check([]);
    expect(plain.exitCode).toBe(0);
    expect(plain.out).toContain(
      'skipped 1 Helm template: helm template web | npx meshwright check -\n',
    );
    const { exitCode, out } = await check(['--render']);
    expect(out).toMatch(
      /web\/templates\/policy\.yaml\n[^]*11:\d+ +\w+ +MAXRETRIES_ZERO[^]*11 │ {9}maxRetries: 0/,
    );
    expect(out).not.toContain('Helm template');
    expect(exitCode).toBe(1);
    for (const path of ['web', 'web/templates', 'web/templates/policy.yaml'])
      expect((await check(['--render', path])).out).toMatch(
        /templates\/policy\.yaml\n[^]*MAXRETRIES_ZERO/,
      );
  });

  test('values come from files', async () => {
    writeTree(cwd, { ...chart('web'), 'prod.yaml': 'maxRetries: 50\n' });
    expect((await check(['--render', '--values', 'prod.yaml', 'web'])).exitCode).toBe(0);
    for (const values of ['http://127.0.0.1:9/values.yaml', 'absent.yaml']) {
      const { exitCode, err } = await check(['--render', '--values', values]);
      expect(exitCode).toBe(2);
      expect(err).toContain(`there is no "${values}"`);
    }
  });

  test('a chart within a chart is rendered with it, a library is not, and one that fails hides no other', async () => {
    writeTree(cwd, {
      ...chart('web'),
      'web/charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n',
      'web/charts/sub/templates/a.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: shop }\n',
      ...chart('common', 'type: library\n'),
      ...chart('broken'),
      'broken/templates/policy.yaml': '{{ fail "no such host" }}\n',
      ...chart(
        'lacking',
        'dependencies:\n  - { name: base, version: 1.0.0, repository: "https://charts.example.test" }\n',
      ),
    });
    const { exitCode, out } = await check(['--render', '--json']);
    const { problems, findings, read } = JSON.parse(out) as {
      problems: { file: string; message: string }[];
      findings: { code: string }[];
      read: unknown;
    };
    expect(exitCode).toBe(2);
    expect(problems.map(({ file }) => file)).toEqual(['broken/Chart.yaml', 'lacking/Chart.yaml']);
    expect(problems[0]?.message).toContain('no such host');
    expect(problems[1]?.message).toContain('missing in charts/ directory: base');
    expect(findings.filter(({ code }) => code === 'MAXRETRIES_ZERO')).toHaveLength(1);
    expect(read).toMatchObject({
      objects: 2,
      skipped: expect.arrayContaining([
        {
          reason: 'helm-template',
          count: 1,
          chart: 'common',
          files: ['common/templates/policy.yaml'],
        },
      ]) as unknown,
    });
  });

  test('each chart is a unit: nothing is twice across charts, and hosts are looked up in each', async () => {
    const service = (name: string) =>
      `apiVersion: v1\nkind: Service\nmetadata: { name: ${name}, namespace: shop }\nspec: { selector: { app: ${name} }, ports: [{ name: http, port: 80 }] }\n`;
    const route = `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: route, namespace: shop }\nspec: { hosts: [other], http: [{ timeout: 2s, route: [{ destination: { host: other } }] }] }\n`;
    const definition =
      'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: a.b.c }\n';
    writeTree(cwd, {
      ...chart('web'),
      'web/templates/service.yaml': service('web'),
      'web/templates/route.yaml': route,
      'web/crds/a.yaml': definition,
      'web/charts/cache/Chart.yaml': 'apiVersion: v2\nname: cache\nversion: 1.0.0\n',
      'web/charts/cache/templates/service.yaml': service('{{ .Values.name }}'),
      'web/charts/cache/values.yaml': 'name: cache\n',
      ...chart('other'),
      'other/templates/service.yaml': service('other'),
      'namespace.yaml':
        'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { istio-injection: enabled } }\n',
    });
    const { out } = await check(['--render', '--json']);
    const { problems, findings, read } = JSON.parse(out) as {
      problems: unknown[];
      findings: { code: string; target: string; severity: string; units?: string[] }[];
      read: unknown;
    };
    const told = (code: string) => findings.filter((finding) => finding.code === code);
    expect(problems).toEqual([]);
    expect(read).toMatchObject({
      objects: 7,
      skipped: expect.arrayContaining([
        expect.objectContaining({ reason: 'custom-resource-definition', count: 1 }),
      ]) as unknown,
    });
    expect(told('OBJECT_TWICE')).toEqual([]);
    expect(told('MAXRETRIES_ZERO')).toHaveLength(2);
    expect(told('VS_HOST_UNKNOWN')).toMatchObject([
      { severity: 'info', target: 'VirtualService/route' },
    ]);
    // By itself a chart is one too, and its values say so.
    writeTree(cwd, { 'two.yaml': 'cache: { name: web }\n' });
    const one = await check(['--render', '--values', 'two.yaml', 'web', '--json']);
    expect(one.out).toContain('OBJECT_TWICE');
  });

  test('charts with nothing in common are not checked together', async () => {
    const sidecar = (name: string): Record<string, string> => ({
      [`${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`,
      [`${name}/templates/sidecar.yaml`]: `apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: { name: ${name}, namespace: shop }\nspec: { egress: [{ hosts: ['./*'] }] }\n`,
    });
    writeTree(cwd, { ...sidecar('web'), ...sidecar('other') });
    expect((await check(['--render'])).out).not.toContain('SIDECAR_TWICE');
    writeTree(cwd, {
      'web/templates/second.yaml': sidecar('second')['second/templates/sidecar.yaml'] ?? '',
    });
    expect((await check(['--render'])).out).toContain('SIDECAR_TWICE');
  });

  test('nothing of the user or the repository decides what helm does', async () => {
    const trace = join(root, 'trace');
    const script = `#!/bin/sh\ntouch ${trace}\ncat\n`;
    writeTree(cwd, {
      ...chart('web'),
      'bin/helm': script,
      'plugin/plugin.yaml': `name: evil\nversion: 1.0.0\ncommand: ${trace}.sh\nhooks: {}\n`,
    });
    writeFileSync(`${trace}.sh`, script);
    for (const file of [join(cwd, 'bin/helm'), `${trace}.sh`]) chmodSync(file, 0o755);
    const folder = dirname(findTool('helm') ?? '');
    const { exitCode } = await check(
      ['--render', 'web'],
      {
        HELM_PLUGINS: cwd,
        HELM_POST_RENDERER: `${trace}.sh`,
        HELM_NAMESPACE: 'evil',
        HELM_KUBECONTEXT: 'evil',
        HELM_DATA_HOME: cwd,
      },
      `${join(cwd, 'bin')}:bin:${folder}`,
    );
    expect(exitCode).toBe(1);
    expect(existsSync(trace)).toBe(false);
  });

  test('nothing is fetched', async () => {
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      response.end('maxRetries: 5\n');
    });
    await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    try {
      writeTree(cwd, {
        ...chart(
          'web',
          `dependencies:\n  - { name: base, version: 1.0.0, repository: "http://127.0.0.1:${port}" }\n`,
        ),
        ...chart('dns'),
        'dns/templates/policy.yaml': policy.replace(
          'maxRetries:',
          'maxRetries: 0 # {{ getHostByName "localhost" }}\n        maxPendingRequests:',
        ),
      });
      const { exitCode } = await check(['--render']);
      expect(exitCode).toBe(2);
      expect(asked).toBe(0);
    } finally {
      server.close();
    }
  });

  test('no link leads out of the repository', async () => {
    writeTree(cwd, chart('web'));
    writeFileSync(
      join(root, 'secret.yaml'),
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: hunter2 }\n',
    );
    for (const target of [join(root, 'secret.yaml'), root, '/dev/zero', 'absent']) {
      symlinkSync(target, join(cwd, 'web/templates/link.yaml'));
      const { exitCode, out } = await check(['--render', 'web']);
      expect(exitCode).toBe(2);
      expect(out).toMatch(/was not rendered because of "[^"]*web\/templates\/link\.yaml"/);
      expect(out).not.toContain('hunter2');
      rmSync(join(cwd, 'web/templates/link.yaml'));
    }
  });

  test('one that never ends is ended', async () => {
    writeTree(cwd, {
      ...chart('web'),
      'web/templates/policy.yaml':
        '{{ range until 100000 }}{{ range until 100000 }}{{ repeat 1000 "x" }}{{ end }}{{ end }}',
    });
    const { renderChart } = await import('../../src/io/helm.js');
    const env = { PATH: dirname(findTool('helm') ?? '') };
    const signal = new AbortController().signal;
    const end = await renderChart(join(cwd, 'web'), { values: [], env, signal, timeoutMs: 1_000 });
    expect(end).toEqual({ kind: 'failed', message: 'helm template: it did not end in time' });
  });
});

test('without a helm outside of the repository it ends with 6', async () => {
  writeTree(cwd, { ...chart('web'), 'bin/helm': '#!/bin/sh\nexit 0\n' });
  chmodSync(join(cwd, 'bin/helm'), 0o755);
  const { exitCode, err } = await check(['--render'], {}, join(cwd, 'bin'));
  expect(exitCode).toBe(6);
  expect(err).toContain('"helm" is not on PATH');
});

test.each([
  ['--values', 'a.yaml'],
  ['--render', '--fix'],
  ['--render', '--since', 'HEAD'],
])('%s %s is refused', async (...argv) => {
  expect((await check(argv)).exitCode).toBe(2);
});

test('what helm printed is told by its template', () => {
  const text =
    '---\n# Source: web/templates/a.yaml\na: 1\n---\n# Source: web/templates/b.yaml\nb: 2\n---\n# Source: web/templates/a.yaml\nc: |\n  # Source: nowhere\n---\nd: 4\n';
  expect(Object.fromEntries(splitSources(text, '-'))).toEqual({
    'web/templates/a.yaml':
      'a: 1\n---\n# Source: web/templates/a.yaml\nc: |\n  # Source: nowhere\n',
    'web/templates/b.yaml': 'b: 2\n',
    '-': '---\nd: 4\n',
  });
});
