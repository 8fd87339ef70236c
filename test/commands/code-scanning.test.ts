import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { run } from '../../src/commands/run.js';
import { fakeHost } from '../support/host.js';
import { startLife } from '../support/life.js';
import { readFolder } from '../support/read-folder.js';
import { ruleCatalog } from '../support/rule-catalog.js';
import { sarifProblems } from '../support/sarif.js';
import { smallCatalog } from '../support/small-catalog.js';
import { writeTree } from '../support/snapshot.js';

const examples = fileURLToPath(new URL('../rules', import.meta.url));
const catalog = ruleCatalog();
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'code-scanning-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

/** Writes an example of a rule into a folder, with changes to its files. */
function place(example: string, folder: string, changes: Readonly<Record<string, string>> = {}) {
  const files = [...readFolder(join(examples, example)), ...Object.entries(changes)];
  writeTree(
    root,
    Object.fromEntries(files.map(([path, text]) => [join(folder, path), text] as const)),
  );
}

type Place = {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string };
    readonly region: Readonly<Record<string, number>>;
  };
};
type Run = {
  readonly automationDetails: { readonly id: string };
  readonly tool: { readonly driver: { readonly rules: readonly unknown[] } };
  readonly results: readonly {
    readonly ruleId: string;
    readonly locations: readonly Place[];
    readonly partialFingerprints: Readonly<Record<string, string>>;
    readonly suppressions?: readonly { readonly justification: string }[];
  }[];
};

/** Runs a command in a folder below the root; its SARIF is valid. */
async function sarif(folder: string, ...argv: readonly string[]): Promise<Run> {
  const host = fakeHost({ cwd: join(root, folder), catalog });
  await run([...argv, '--format', 'sarif'], host);
  const log = JSON.parse(host.out()) as { readonly runs: readonly [Run] };
  expect(sarifProblems(log)).toEqual([]);
  expect(log.runs).toHaveLength(1);
  return log.runs[0];
}

const fingerprints = ({ results }: Run) =>
  results.flatMap(({ partialFingerprints }) => Object.values(partialFingerprints));
const uris = ({ results }: Run) =>
  results.flatMap(({ locations }) =>
    locations.map(({ physicalLocation }) => physicalLocation.artifactLocation.uri),
  );

describe('SARIF for code scanning', () => {
  test('two services of a repository share neither a category nor a fingerprint', async () => {
    mkdirSync(join(root, '.git'));
    place('RETRY_AMPLIFIED/bad', 'services/a');
    place('RETRY_AMPLIFIED/bad', 'services/b');
    const [a, b] = [
      await sarif('.', 'check', 'services/a'),
      await sarif('.', 'check', 'services/b'),
    ];
    expect(a.automationDetails.id).toBe('meshwright/check/services/a/');
    expect(b.automationDetails.id).toBe('meshwright/check/services/b/');
    expect(fingerprints(a)).not.toHaveLength(0);
    expect(fingerprints(a).filter((one) => fingerprints(b).includes(one))).toEqual([]);
    const both = await sarif('.', 'check', 'services/a', 'services/b');
    expect(both.automationDetails.id).toBe('meshwright/check/services/');
    expect(new Set(fingerprints(both))).toEqual(new Set([...fingerprints(a), ...fingerprints(b)]));
  });

  test('wherever the command ran, places and categories count from the top of the repository', async () => {
    mkdirSync(join(root, '.git'));
    place('RETRY_AMPLIFIED/bad', 'services/a');
    const [above, inside] = [
      await sarif('.', 'check', 'services/a'),
      await sarif('services/a', 'check'),
    ];
    expect(inside).toEqual(above);
    expect(uris(inside).every((uri) => uri.startsWith('services/a/'))).toBe(true);
  });

  test('drift, check and an environment of it have categories of their own', async () => {
    place('RETRY_AMPLIFIED/bad', '.');
    const ids = [
      (await sarif('.', 'check')).automationDetails.id,
      (await sarif('.', 'drift')).automationDetails.id,
      (await sarif('.', 'drift', '--env', 'live')).automationDetails.id,
    ];
    expect(ids).toEqual(['meshwright/check/', 'meshwright/drift/', 'meshwright/drift/env=live/']);
  });

  test('a result is known again when its line moves, and two of a kind stay two', async () => {
    place('RETRY_AMPLIFIED/bad', '.');
    const before = await sarif('.', 'check');
    const manifest = readFileSync(join(root, 'deploy/mesh.yaml'), 'utf8');
    place('RETRY_AMPLIFIED/bad', '.', { 'deploy/mesh.yaml': `# a comment\n\n${manifest}` });
    const after = await sarif('.', 'check');
    expect(fingerprints(after)).toEqual(fingerprints(before));
    expect(after.results[0]?.locations).not.toEqual(before.results[0]?.locations);
    const hashes = before.results.map(
      ({ partialFingerprints }) => partialFingerprints['primaryLocationLineHash'],
    );
    for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{16}:\d+$/);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  test('every result has an end line, every rule help, precision and severity', async () => {
    place('RETRY_AMPLIFIED/bad', '.');
    for (const { tool, results } of [await sarif('.', 'check'), await sarif('.', 'drift')]) {
      for (const { locations } of results) {
        const { region } = locations[0]!.physicalLocation;
        expect(region['endLine']).toBe(region['startLine']);
      }
      expect(tool.driver.rules).not.toHaveLength(0);
      for (const rule of tool.driver.rules) {
        expect(rule).toMatchObject({
          help: {
            text: expect.stringMatching(/\n\nFix: ./) as string,
            markdown: expect.stringContaining('**Fix:** ') as string,
          },
          properties: {
            precision: 'high',
            'problem.severity': expect.stringMatching(
              /^(?:error|warning|recommendation)$/,
            ) as string,
          },
        });
      }
    }
  });

  test('accepted findings and those of a baseline are left out unless they are asked for', async () => {
    const declaration = readFileSync(join(examples, 'RETRY_AMPLIFIED/bad/scaffold.yaml'), 'utf8');
    place('RETRY_AMPLIFIED/bad', '.', {
      'scaffold.yaml': `${declaration}check: { accept: [{ code: RETRY_AMPLIFIED, reason: wanted }] }\n`,
    });
    const codes = ({ results }: Run) => results.map(({ ruleId }) => ruleId);
    const open = codes(await sarif('.', 'check'));
    expect(open).not.toContain('RETRY_AMPLIFIED');
    expect(open).not.toHaveLength(0);
    const all = await sarif('.', 'check', '--include-suppressed');
    expect(all.results.find(({ ruleId }) => ruleId === 'RETRY_AMPLIFIED')?.suppressions).toEqual([
      { kind: 'external', justification: 'wanted' },
    ]);
    const baseline = ['--baseline', 'known.json'];
    await sarif('.', 'check', ...baseline, '--write-baseline');
    expect(codes(await sarif('.', 'check', ...baseline))).toEqual([]);
    const known = await sarif('.', 'check', ...baseline, '--include-suppressed');
    expect(codes(known)).toEqual(codes(all));
    expect(known.results.every(({ suppressions }) => suppressions?.length === 1)).toBe(true);
  });

  test.each(['check', 'drift'])('%s refuses the flag with another format', async (command) => {
    const host = fakeHost({ cwd: root, catalog });
    expect(await run([command, '--include-suppressed', '--format', 'github'], host)).toBe(2);
    expect(host.err()).toContain('--include-suppressed needs --format sarif');
  });
});

describe('annotations', () => {
  const levels = (out: string) =>
    out.split('\n').flatMap((line) => /^::(\w+) (?:file=|title=)/.exec(line)?.[1] ?? []);

  test('of check: nine of a level, worst first, and how many more there are', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [`b${index}.yaml`, `a: [${index}\n`]),
    );
    for (let index = 0; index < 11; index += 1) place('UID_1337/bad', `a${index}`);
    for (let index = 0; index < 10; index += 1) place('FAULT_LEFT/bad', `1${index}`);
    writeTree(root, files);
    const host = fakeHost({ cwd: root, catalog });
    await run(['check', '--format', 'github'], host);
    const shown = levels(host.out());
    const ranks = shown.map((level) => ['error', 'warning', 'notice'].indexOf(level));
    expect(ranks).toEqual([...ranks].sort());
    expect(shown.filter((level) => level === 'error')).toHaveLength(10);
    expect(shown.filter((level) => level === 'warning')).toHaveLength(10);
    expect(host.out()).toMatch(
      /^::error title=scaffold check::and \d+ more errors; all of them: /m,
    );
  });

  test('of drift: the files that count come before those that are worth knowing', async () => {
    const life = await startLife(smallCatalog(), ['--language', 'toy', '--all']);
    const files = [...life.snapshot().keys()].filter((path) => !path.startsWith('.'));
    life.write('Makefile', '# mine\n');
    rmSync(
      join(
        life.root,
        files.find((path) => path !== 'Makefile' && path !== 'scaffold.yaml')!,
      ),
    );
    const { out } = await life.run(['drift', '--format', 'github']);
    expect(levels(out)).toEqual(['error', 'notice']);
  });
});
