import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { run } from '../../src/commands/run.js';
import { fakeHost } from '../support/host.js';
import { ruleCatalog } from '../support/rule-catalog.js';
import { writeTree } from '../support/snapshot.js';

const catalog = ruleCatalog();
const CONTRACT = `syntax = "proto3";
package items.v1;
service ItemsService {
  rpc GetItem(Q) returns (R) { option idempotency_level = NO_SIDE_EFFECTS; }
  rpc CreateItem(Q) returns (R);
}
`;
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'contracts-'));
  declare('methods: [{ name: /items.v1.ItemsService/GetItemm, idempotent: true }]');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function declare(methods: string): void {
  writeTree(root, {
    'scaffold.yaml': `version: 1
service: { name: orders }
upstreams: [{ name: inventory, url: "grpc://inventory.shop.svc.cluster.local:9090", ${methods} }]
`,
  });
}

type Found = { code: string; severity: string; message: string; locations: { file: string }[] };

async function check(): Promise<{ exitCode: number; findings: Found[]; document: string }> {
  const host = fakeHost({ cwd: root, catalog });
  const exitCode = await run(['check', '--json'], host);
  const document = host.out();
  const { findings } = JSON.parse(document) as { findings: Found[] };
  const isOurs = ({ code }: Found) => /^(?:METHOD|CONTRACT)_/.test(code);
  return { exitCode, document, findings: findings.filter(isOurs) };
}

describe('check compares declared methods with the contracts on disk', () => {
  test.each(['proto/items/v1/items.proto', 'items.proto', 'internal/api/pb/items.proto'])(
    'in %s',
    async (path) => {
      writeTree(root, { [path]: CONTRACT });
      const { exitCode, findings } = await check();
      expect(exitCode).toBe(1);
      expect(findings.find(({ code }) => code === 'METHOD_UNKNOWN')).toMatchObject({
        severity: 'error',
        message: expect.stringContaining('Did you mean /items.v1.ItemsService/GetItem?') as string,
        locations: [{ file: 'scaffold.yaml', line: 3 }, { file: path }],
      });
    },
  );

  test.each(['node_modules/a/items.proto', 'vendor/items.proto', '.git/items.proto'])(
    'not in %s',
    async (path) => {
      writeTree(root, { [path]: CONTRACT });
      expect((await check()).findings).toEqual([]);
    },
  );

  test('not in the folder of another service', async () => {
    writeTree(root, { 'a/scaffold.yaml': 'version: 1\n', 'a/items.proto': CONTRACT });
    expect((await check()).findings).toEqual([]);
  });

  test('the contract of another service says nothing of this one', async () => {
    writeTree(root, {
      'stock.proto': 'package stock.v2; service S { rpc Reserve(Q) returns (R); }',
    });
    expect((await check()).findings).toEqual([]);
  });

  test('without declared methods nothing is compared', async () => {
    declare('timeout: 2s');
    writeTree(root, { 'items.proto': `${CONTRACT}<<<<<<<` });
    expect((await check()).findings).toEqual([]);
  });

  test('one that cannot be read is one line, and the others are compared', async () => {
    writeTree(root, { 'items.proto': CONTRACT, 'half.proto': 'service S {\n  rpc M(' });
    const { findings } = await check();
    expect(findings.map(({ code }) => code).sort()).toEqual([
      'CONTRACT_UNREADABLE',
      'METHOD_UNDECLARED',
      'METHOD_UNDECLARED',
      'METHOD_UNKNOWN',
    ]);
  });

  test('one that is no text is named', async () => {
    writeFileSync(join(root, 'items.proto'), Buffer.from([0xff, 0xfe, 0x00, 0x81]));
    const { exitCode, document } = await check();
    expect(exitCode).toBe(2);
    expect(document).toContain('items.proto');
  });
});
