import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { run } from '../../src/commands/run.js';
import { fakeHost } from '../support/host.js';
import { readFolder } from '../support/read-folder.js';
import { ruleCatalog } from '../support/rule-catalog.js';
import { writeTree } from '../support/snapshot.js';

/** What `check` reads, what it leaves out, and how it says both. */
const examples = fileURLToPath(new URL('../rules', import.meta.url));
const catalog = ruleCatalog();
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'check-read-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

async function check(...argv: readonly string[]) {
  const host = fakeHost({ cwd: root, catalog });
  const exitCode = await run(['check', ...argv], host);
  return { exitCode, out: host.out(), err: host.err() };
}

async function documentOf(...argv: readonly string[]) {
  const { out } = await check(...argv, '--json');
  return JSON.parse(out) as {
    readonly read: { readonly skipped: readonly Record<string, unknown>[] };
    readonly problems: readonly { readonly file: string; readonly message: string }[];
    readonly findings: readonly { readonly code: string }[];
  };
}

const config = (name: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: shop }\n`;
const route = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web, namespace: shop }
spec:
  hosts: [web.shop.svc.cluster.local]
  http: [{ timeout: 1s, route: [{ destination: { host: web.shop.svc.cluster.local } }] }]
`;
const httpRoute = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web, namespace: shop }
spec: { hostnames: [web.example.com] }
`;
const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: things.example.test }
`;
const template = 'apiVersion: v1\n{{- if .Values.on }}\nkind: ConfigMap\n{{- end }}\n';

describe('every run says what it read', () => {
  beforeEach(() => {
    writeTree(root, {
      'one.yaml': `${config('a')}---\n${route}---\n${definition}`,
      'two.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [] }),
      'gateway/route.yaml': httpRoute,
      'notes.yaml': 'title: no manifest\n',
      'package.json': '{}',
      'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
      'web/values.yaml': 'replicas: 2\nresources: {}\n',
      'web/templates/a.yaml': template,
      'web/templates/tests/b.yaml': template,
      'web/templates/_helpers.tpl': '{{ define "x" }}{{ end }}',
    });
  });

  test('as text', async () => {
    const { out, exitCode } = await check();
    expect(out).toContain('read 6 files, 3 objects (Gateway API 1, Istio 1)\n');
    expect(out).toContain('skipped 2 Helm templates: helm template web | npx meshwright check -\n');
    expect(out).toContain('skipped 1 CustomResourceDefinition: one.yaml\n');
    expect(out).toContain(
      'skipped 3 files without an object: notes.yaml, web/Chart.yaml, web/values.yaml\n',
    );
    expect(exitCode).toBe(0);
  });

  test('as JSON, for all and for each path', async () => {
    const { out } = await check('.', 'gateway', '--json');
    const { read, folders } = JSON.parse(out) as Record<string, unknown>;
    expect(read).toMatchObject({ files: 7, objects: 4, meshes: { Istio: 1, 'Gateway API': 2 } });
    expect(folders).toMatchObject([
      { path: '.', read: { files: 6, objects: 3 } },
      {
        path: 'gateway',
        read: { files: 1, objects: 1, meshes: { 'Gateway API': 1 }, skipped: [] },
      },
    ]);
    expect(read).toMatchObject({
      skipped: [
        {
          reason: 'helm-template',
          count: 2,
          chart: 'web',
          files: ['web/templates/a.yaml', 'web/templates/tests/b.yaml'],
        },
        { reason: 'custom-resource-definition', count: 1, files: ['one.yaml'] },
        { reason: 'no-object', count: 3 },
      ],
    });
  });

  test('in markdown and SARIF', async () => {
    expect((await check('--format', 'markdown')).out).toContain('read 6 files, 3 objects');
    const { runs } = JSON.parse((await check('--format', 'sarif')).out) as {
      runs: {
        invocations: {
          toolExecutionNotifications: { level: string; message: { text: string } }[];
        }[];
      }[];
    };
    const notes = runs[0]?.invocations[0]?.toolExecutionNotifications ?? [];
    expect(notes[0]).toMatchObject({
      level: 'note',
      message: { text: 'read 6 files, 3 objects (Gateway API 1, Istio 1)' },
    });
  });

  test('a base that two overlays use is counted once', async () => {
    rmSync(root, { recursive: true });
    writeTree(root, {
      'kustomization.yaml': 'resources: [base, more.yaml]\n',
      'base/kustomization.yaml': 'resources: [a.yaml]\n',
      'base/a.yaml': config('a'),
      'more.yaml': config('b'),
    });
    expect((await check()).out).toContain('read 4 files, 2 objects\n');
  });
});

describe('a run that read no object ends with 2', () => {
  const cases: readonly (readonly [string, string, RegExp, RegExp])[] = [
    [
      'a table',
      'NAMESPACE  NAME  HOSTS         AGE\nshop       web   ["web.shop"]  3d\n',
      /table that kubectl prints/,
      /kubectl get … -o yaml/,
    ],
    [
      'an error',
      'Error from server (NotFound): virtualservices.networking.istio.io "web" not found\n',
      /an error message/,
      /why the command before it failed/,
    ],
    [
      'another error',
      'error: You must be logged in to the server (Unauthorized)\n',
      /an error message/,
      /failed/,
    ],
    ['no resources', 'No resources found in shop namespace.\n', /"No resources found"/, /-A/],
    [
      'a description',
      'Name:         web\nNamespace:    shop\nLabels:       app=web\n',
      /kubectl describe/,
      /-o yaml/,
    ],
    [
      'a Git LFS pointer',
      'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n',
      /Git LFS pointer/,
      /git lfs pull/,
    ],
    [
      'a README',
      '# Web\n\nSome words: with a colon.\n\n- a\n- b\n\n```sh\nkubectl apply -f .\n```\n',
      /.*/,
      /.*/,
    ],
    ['a page', '<!DOCTYPE html>\n<html></html>\n', /HTML or XML/, /.*/],
    [
      'values',
      'replicas: 3\n',
      /none of its text is a Kubernetes object/,
      /folder or file of manifests/,
    ],
    ['an empty file', '', /nothing at all/, /folder or file of manifests/],
    ['comments', '# nothing here\n---\n', /.*/, /.*/],
    ['an empty List', '{"apiVersion":"v1","kind":"List","items":[]}', /.*/, /.*/],
    ['a definition', definition, /only CustomResourceDefinitions/, /.*/],
    [
      'conflict markers',
      `${config('a')}<<<<<<< HEAD\ndata: {}\n=======\n>>>>>>> x\n`,
      /merge conflict/,
      /Resolve it/,
    ],
  ];
  test.each(cases)('%s', async (_, text, what, hint) => {
    for (const name of ['dump.yaml', 'README.md', 'dump']) {
      writeTree(root, { [name]: text });
      const { exitCode, out, err } = await check(name);
      expect({ name, exitCode }).toEqual({ name, exitCode: 2 });
      expect(out + err).toMatch(what);
      expect(out + err).toMatch(hint);
    }
  });

  test('a folder without manifests, one of templates only, one of which all is excluded', async () => {
    writeTree(root, {
      'README.md': '# Web\n',
      'web/Chart.yaml': 'name: web\n',
      'web/templates/a.yaml': template,
      'all/a.yaml': config('a'),
    });
    writeTree(root, { 'docs/README.md': '# Web\n' });
    expect(await check('docs')).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('there is nothing to check in "docs"') as unknown,
    });
    for (const path of ['web', 'web/templates', 'web/templates/a.yaml']) {
      const { exitCode, err } = await check(path);
      expect(exitCode).toBe(2);
      expect(err).toContain('only 1 Helm template');
      expect(err).toMatch(/helm template \S+ \| npx meshwright check -/);
    }
    const { exitCode, err } = await check('all', '--exclude', '*.yaml');
    expect(exitCode).toBe(2);
    expect(err).toContain('exclude leaves out 1 file');
  });
});

describe('one file does not hide the others', () => {
  test('a line for each that cannot be read, and the rest is checked', async () => {
    const bad = readFolder(join(examples, 'OD_EJECTS_ALL/bad'));
    writeTree(root, {
      ...Object.fromEntries(bad),
      'a-template.yaml': template,
      'broken.yaml': 'a: [\nb: }\nc: ]]\n',
      'pointer.yaml': 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n',
    });
    writeFileSync(join(root, 'binary.yaml'), Buffer.from([0xff, 0x00, 0x80]));
    const { problems, findings } = await documentOf();
    expect(problems.map(({ file }) => file).sort()).toEqual([
      'a-template.yaml',
      'binary.yaml',
      'broken.yaml',
      'pointer.yaml',
    ]);
    expect(findings.map(({ code }) => code)).toContain('OD_EJECTS_ALL');
    expect((await check()).exitCode).toBe(2);
    const { exitCode } = await check('--exclude', '{a-template,broken,pointer,binary}.yaml');
    expect(exitCode).toBe(1);
  });

  test('a file above 4 MiB in a folder', async () => {
    const comment = `# ${'x'.repeat(100)}\n`.repeat(50_000);
    writeTree(root, { 'large.yaml': `${comment}${config('a')}`, 'small.yaml': route });
    expect((await check()).out).toContain('read 2 files, 2 objects (Istio 1)\n');
  });
});

describe('what is excluded', () => {
  beforeEach(() => {
    writeTree(root, {
      'a.yaml': config('a'),
      'drafts/b.yaml': template,
      'deep/drafts/c.yaml': template,
      'deep/d.yaml': config('d'),
    });
  });

  test.each([
    [['drafts'], 2, 2],
    [['drafts/'], 2, 2],
    [['./drafts/**', '**/drafts/c.yaml'], 2, 2],
    [['*/drafts/*', 'drafts/*'], 2, 2],
    [['[bc].yaml'], 2, 2],
    [['b.yaml', 'c.yaml', 'deep'], 1, 3],
  ])('%j', async (globs, objects, skipped) => {
    const { problems, read } = await documentOf(...globs.flatMap((glob) => ['--exclude', glob]));
    expect(problems).toEqual([]);
    expect(read).toMatchObject({ objects, skipped: [{ reason: 'excluded', count: skipped }] });
  });

  test('a glob may begin with the folder as it was given', async () => {
    const { problems } = await documentOf('deep', '--exclude', 'deep/drafts/**');
    expect(problems).toEqual([]);
  });

  test('check.exclude of scaffold.yaml, and what is wrong with it is said', async () => {
    const example = Object.fromEntries(readFolder(join(examples, 'RETRY_AMPLIFIED/good')));
    const request = example['scaffold.yaml'] ?? '';
    const place = (exclude: string) =>
      writeTree(root, {
        ...example,
        'scaffold.yaml': `${request}check: { exclude: ${exclude} }\n`,
        'deploy/drafts/x.yaml': template,
      });
    place('[]');
    expect((await documentOf()).problems.map(({ file }) => file)).toEqual(['deploy/drafts/x.yaml']);
    place('[deploy/drafts]');
    const { problems, read } = await documentOf();
    expect(problems).toEqual([]);
    expect(read.skipped).toMatchObject([{ reason: 'excluded', files: ['deploy/drafts/x.yaml'] }]);
    place('deploy/drafts');
    const { exitCode, out } = await check();
    expect(exitCode).toBe(2);
    expect(out).toContain('must be a list of globs');
  });
});
