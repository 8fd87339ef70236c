import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { verifyProject } from '../../src/verify/runner.js';
import type { Verification } from '../../src/model/verification.js';
import { type Snapshot, writeTree } from '../support/snapshot.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'scaffold verify '));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const account =
  'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: orders\n  namespace: shop\n';
const project: Snapshot = {
  'scaffold.yaml': 'version: 1\nservice:\n  name: orders\n  language: go\n',
  'deploy/base/account.yaml': account,
};

/** Tools that only say what they were asked; each is a script on a PATH of its own. */
function verify(
  files: Snapshot,
  tools: Readonly<Record<string, string>> = {},
): Promise<Verification> {
  const scripts = Object.entries(tools).map(([name, body]) => [
    `bin/${name} +x`,
    `#!/bin/sh\n${body}\n`,
  ]);
  writeTree(root, { ...files, ...(Object.fromEntries(scripts) as Snapshot) });
  return verifyProject({
    root,
    race: false,
    env: { PATH: join(root, 'bin') },
    signal: new AbortController().signal,
    onEvent: () => undefined,
  });
}

const lines = ({ steps }: Verification): string[] =>
  steps.map(({ name, status, detail }) => `${name}: ${status} ${detail}`.trimEnd());

const go = [
  'case "$1" in',
  `  env) echo '{"GOVERSION":"go1.26.0","CC":"cc","GOWORK":"","GOCACHE":"/tmp","GOMODCACHE":"/tmp"}' ;;`,
  `  test) echo '{"Action":"pass","Package":"p","Test":"TestX"}' ;;`,
  'esac',
].join('\n');

describe('a project', () => {
  it('is verified with what is there, and the rest is told in one line each', async () => {
    const verification = await verify(project, { go });
    expect(lines(verification)).toEqual([
      'manifests: passed 1 valid',
      'go build: passed',
      'go vet: passed',
      'go test: passed 1 passed',
      'istioctl: skipped not on PATH',
      'kubeconform: skipped not on PATH',
    ]);
    expect(verification.status).toBe('passed');
  });

  it('without its toolchain is not verified, though its manifests are', async () => {
    const verification = await verify(project);
    expect(lines(verification).slice(0, 3)).toEqual([
      'manifests: passed 1 valid',
      'go build: not-verified go is not on PATH: install it from https://go.dev/dl',
      'go vet: skipped needs go build',
    ]);
    expect(verification.status).toBe('not-verified');
  });

  it('is what its lock says where scaffold.yaml is gone', async () => {
    const lock = {
      lockVersion: 1,
      version: '0.1.0',
      request: { service: { language: 'go' } },
      files: [],
    };
    const files = { '.scaffold/lock.json': JSON.stringify(lock) };
    expect(lines(await verify(files, { go }))[0]).toBe('manifests: skipped none under deploy/');
  });

  it('is asked of istioctl and kubeconform where they are', async () => {
    const tools = { go, istioctl: 'echo "[]"', kubeconform: `echo '{"summary":{"valid":1}}'` };
    const verification = await verify(project, tools);
    expect(verification.steps.slice(4).map(({ name, status }) => `${name} ${status}`)).toEqual([
      'istioctl passed',
      'kubeconform passed',
    ]);
  });
});

describe('a folder that is no project', () => {
  it.each<[string, Snapshot]>([
    ['is empty', {}],
    ['has a scaffold.yaml without a language', { 'scaffold.yaml': 'service: {}\n' }],
    ['has a scaffold.yaml that is a list', { 'scaffold.yaml': '- a\n' }],
    ['has an alias bomb', { 'scaffold.yaml': 'a: &a [x]\nb: &b [*a,*a]\nservice: *b\n' }],
  ])('%s: exit 2', async (_name, files) => {
    await expect(verify(files)).rejects.toMatchObject({ code: 'no-project', exitCode: 2 });
  });

  it('is not there: exit 2', async () => {
    rmSync(root, { recursive: true });
    const request = {
      root,
      race: false,
      env: {},
      signal: new AbortController().signal,
      onEvent: () => undefined,
    };
    await expect(verifyProject(request)).rejects.toMatchObject({ code: 'no-project', exitCode: 2 });
  });

  it('is in a language that cannot be verified: exit 2', async () => {
    const files = { 'scaffold.yaml': 'service: { language: cobol }\n' };
    await expect(verify(files)).rejects.toMatchObject({ code: 'unknown-language', exitCode: 2 });
  });
});
