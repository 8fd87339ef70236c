import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { run } from '../../src/commands/run.js';
import { blobId } from '../../src/model/lock.js';
import { fakeHost } from '../support/host.js';
import { readFolder } from '../support/read-folder.js';
import { ruleCatalog } from '../support/rule-catalog.js';
import { sarifProblems } from '../support/sarif.js';
import { writeTree } from '../support/snapshot.js';

const examples = fileURLToPath(new URL('../rules', import.meta.url));
const catalog = ruleCatalog();
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'check-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

/** Writes an example of a rule into the folder, with changes to its files. */
function place(example: string, changes: Readonly<Record<string, string>> = {}): void {
  writeTree(root, { ...Object.fromEntries(readFolder(join(examples, example))), ...changes });
}

async function scaffold(...argv: readonly string[]) {
  const host = fakeHost({ cwd: root, catalog, env: { GITHUB_ACTIONS: 'true' } });
  const exitCode = await run(['check', ...argv], host);
  return { exitCode, out: host.out(), err: host.err() };
}

const request = (name: string) => readFileSync(join(root, name), 'utf8');

describe('check', () => {
  test('quotes the line, names the fix and ends with 1', async () => {
    place('RETRY_AMPLIFIED/bad');
    const { exitCode, out } = await scaffold();
    expect(exitCode).toBe(1);
    expect(out).toContain('deploy/mesh.yaml\n');
    expect(out).toMatch(/error {3}RETRY_AMPLIFIED\n\s+One request can reach inventory 6 times/);
    expect(out).toMatch(/\d+ │ +attempts: 2\n/);
    expect(out).toContain('fix: attempts: 0 on route http[0]');
    expect(out).toMatch(/1 error, \d warnings?, \d info · \d+ rules run, \d+ not applicable/);
  });

  test('a manifest that is refused counts; one that stands as the tool wrote it was checked then', async () => {
    const mesh = readFileSync(join(examples, 'MANIFEST_INVALID/bad/mesh.yaml'), 'utf8');
    const recorded = (text: string) =>
      JSON.stringify({ files: [{ path: 'deploy/mesh.yaml', id: blobId(text) }] });
    place('RETRY_AMPLIFIED/good', {
      'deploy/mesh.yaml': mesh,
      '.scaffold/lock.json': recorded('something else'),
    });
    const edited = await scaffold();
    expect(edited.exitCode).toBe(1);
    expect(edited.out).toMatch(/error {3}MANIFEST_INVALID\n\s+ServiceEntry\/partners: /);
    writeTree(root, { '.scaffold/lock.json': recorded(mesh) });
    expect((await scaffold()).out).not.toContain('MANIFEST_INVALID');
  });

  test('--severity decides what counts, and clean is 0', async () => {
    place('OD_EJECTS_ALL/bad');
    expect((await scaffold()).exitCode).toBe(1);
    expect((await scaffold('--severity', 'error')).exitCode).toBe(0);
  });

  test('--severity lists nothing below it, in any format, and says how much that is', async () => {
    place('RETRY_AMPLIFIED/bad');
    const of = (format: string, ...more: readonly string[]) =>
      scaffold('--format', format, ...more).then(({ out }) => out);
    for (const format of ['text', 'json', 'sarif', 'github', 'markdown']) {
      const [all, errors] = [await of(format), await of(format, '--severity', 'error')];
      const results = (out: string) =>
        format === 'sarif'
          ? JSON.stringify((JSON.parse(out) as { runs: { results: unknown }[] }).runs[0]!.results)
          : out;
      expect(results(all), format).toContain('TIMEOUT_WITHOUT_PERTRY');
      expect(results(errors), format).not.toContain('TIMEOUT_WITHOUT_PERTRY');
      expect(results(errors), format).toContain('RETRY_AMPLIFIED');
    }
    expect(await of('text', '--severity', 'error')).toMatch(
      /1 error, 0 warnings, \d of lower severity/,
    );
    const { summary } = JSON.parse(await of('json', '--severity', 'error')) as {
      summary: { unlisted: number; error: number };
    };
    expect(summary).toMatchObject({ error: 1 });
    expect(summary.unlisted).toBeGreaterThan(0);
  });

  test('a folder without scaffold.yaml, a file and several folders are read as manifests', async () => {
    place('UID_1337/bad');
    expect((await scaffold('mesh.yaml')).exitCode).toBe(1);
    const { out } = await scaffold('.', 'mesh.yaml', '--json');
    const { findings, folders } = JSON.parse(out) as { findings: unknown[]; folders: unknown[] };
    expect(findings).toHaveLength(2);
    expect(folders).toMatchObject([{ layers: ['mesh'] }, { layers: ['mesh'] }]);
  });

  test('broken YAML is named with its place, the rest is still checked, and the exit code is 2', async () => {
    place('UID_1337/bad', { 'broken.yaml': 'kind: Service\nmetadata: {name: a\n' });
    const { exitCode, out } = await scaffold();
    expect(exitCode).toBe(2);
    expect(out).toMatch(/unreadable {2}broken\.yaml:\d+:\d+: /);
    expect(out).toContain('UID_1337');
  });

  test('broken scaffold.yaml is a problem too', async () => {
    place('UID_1337/bad', { 'scaffold.yaml': 'service: { name: Orders }\n' });
    const { exitCode, out } = await scaffold();
    expect(exitCode).toBe(2);
    expect(out).toContain('unreadable  scaffold.yaml:1:12');
    expect(out).toContain('(scaffold.yaml is unreadable: only the rules of the mesh)');
  });

  test('an acceptance of a rule that is not there is a problem', async () => {
    place('RETRY_AMPLIFIED/bad');
    const accept = 'check:\n  accept:\n    - { code: RETRY_AMPLIFED, reason: rare }\n';
    const lines = request('scaffold.yaml').split('\n').length;
    writeTree(root, { 'scaffold.yaml': `${request('scaffold.yaml')}${accept}` });
    const { exitCode, out } = await scaffold();
    expect(exitCode).toBe(2);
    expect(out).toContain(
      `unreadable  scaffold.yaml:${lines + 2}:9: there is no rule "RETRY_AMPLIFED". Did you mean RETRY_AMPLIFIED?`,
    );
    expect(out).toContain('One request can reach inventory 6 times');
  });

  test('--fix writes what is mechanical, keeps comments, and a second run is clean', async () => {
    place('PERTRY_GE_TIMEOUT/bad');
    const { exitCode, out } = await scaffold('--fix', '--severity', 'error');
    expect(out).toContain('fixed: mesh.yaml');
    expect(exitCode).toBe(0);
    expect(request('mesh.yaml')).toContain('# longer than the whole');
    expect((await scaffold('--severity', 'error')).exitCode).toBe(0);
  });

  test('--fix --dry-run shows the change that --fix makes, and makes none', async () => {
    place('PERTRY_GE_TIMEOUT/bad');
    const before = request('mesh.yaml');
    const planned = await scaffold('--fix', '--dry-run', '--json');
    expect(request('mesh.yaml')).toBe(before);
    const { patch, fixed } = JSON.parse(planned.out) as { patch: string; fixed: string[] };
    expect(fixed).toEqual(['mesh.yaml']);
    const text = await scaffold('--fix', '--dry-run', '--severity', 'error');
    expect(text.out).toContain(patch);
    expect(text.out).toContain('would fix: mesh.yaml');
    expect(text.exitCode).toBe(0);
    await scaffold('--fix');
    const after = request('mesh.yaml');
    writeTree(root, { 'mesh.yaml': before });
    execFileSync('git', ['apply'], { cwd: root, input: patch });
    expect(request('mesh.yaml')).toBe(after);
  });

  test('--write-baseline --dry-run writes none', async () => {
    place('OD_NEVER_EJECTS/bad');
    await scaffold('--baseline', 'known.json', '--write-baseline', '--dry-run');
    expect(existsSync(join(root, 'known.json'))).toBe(false);
  });

  test('fixed files are named from where one is', async () => {
    const rule = readFolder(join(examples, 'PERTRY_GE_TIMEOUT/bad'));
    writeTree(
      root,
      Object.fromEntries([...rule].map(([path, text]) => [`policies/${path}`, text])),
    );
    expect((await scaffold('policies', '--fix')).out).toContain('fixed: policies/mesh.yaml');
  });

  test('an accepted finding is listed and does not fail; an expired one fails again', async () => {
    place('CB_BELOW_CONCURRENCY/bad');
    const original = request('scaffold.yaml');
    const accept = (until: string) =>
      writeTree(root, {
        'scaffold.yaml': `${original}check:\n  accept:\n    - { code: CB_BELOW_CONCURRENCY, target: inventory, reason: "sheds on purpose", until: ${until} }\n`,
      });
    accept('"2026-11-22"');
    const accepted = await scaffold('--severity', 'error');
    expect(accepted.out).toContain('1 accepted');
    expect(accepted.out).toMatch(
      /accepted {2}\S+:\d+ CB_BELOW_CONCURRENCY inventory: sheds on purpose \(until 2026-11-22\)/,
    );
    expect((await scaffold('--format', 'markdown')).out).toContain(
      '- accepted: `CB_BELOW_CONCURRENCY` inventory: sheds on purpose',
    );
    await scaffold('--baseline', 'known.json', '--write-baseline');
    expect(accepted.exitCode).toBe(0);
    accept('"2026-11-21"');
    const expired = await scaffold('--severity', 'error');
    expect(expired.out).toContain('expired: accepted until 2026-11-21: sheds on purpose');
    expect(expired.exitCode).toBe(1);
    // What was accepted when the baseline was written is not in it.
    expect((await scaffold('--baseline', 'known.json')).exitCode).toBe(1);
  });

  test('a baseline hides what was there, and nothing new', async () => {
    place('OD_NEVER_EJECTS/bad');
    expect((await scaffold('--baseline', 'known.json', '--write-baseline')).exitCode).toBe(0);
    const known = await scaffold('--baseline', 'known.json');
    expect(known.exitCode).toBe(0);
    expect(known.out).toContain('1 known before');
    place('UID_1337/bad', {
      'mesh2.yaml': readFileSync(join(examples, 'OD_NEVER_EJECTS/bad/mesh.yaml'), 'utf8'),
    });
    expect((await scaffold('--baseline', 'known.json')).exitCode).toBe(1);
  });

  test('--since reports what a revision did not have', async () => {
    place('OD_NEVER_EJECTS/bad');
    const git = (...argv: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...argv], {
        cwd: root,
        stdio: 'ignore',
      });
    git('init', '-q');
    git('add', '.');
    git('commit', '-q', '-m', 'start');
    const before = await scaffold('--since', 'HEAD');
    expect(before.out).toContain('1 known before');
    expect(before.exitCode).toBe(0);
    place('UID_1337/bad', {
      'more.yaml': readFileSync(join(examples, 'HOLD_IGNORED/bad/mesh.yaml'), 'utf8'),
    });
    expect((await scaffold('--since', 'HEAD')).exitCode).toBe(1);
  });

  test('SARIF is valid against its schema', async () => {
    place('RETRY_AMPLIFIED/bad', { 'deploy/broken.yaml': 'a: [\n' });
    const { out } = await scaffold('--format', 'sarif');
    const log: unknown = JSON.parse(out);
    expect(sarifProblems(log)).toEqual([]);
    const { runs } = log as { runs: { results: { ruleId: string; ruleIndex: number }[] }[] };
    expect(runs[0]!.results.map(({ ruleId }) => ruleId)).toContain('RETRY_AMPLIFIED');
    expect(runs[0]!.results.every(({ ruleIndex }) => ruleIndex >= 0)).toBe(true);
  });

  test('GitHub and Markdown escape what would break them', async () => {
    place('JWT_SCOPE_SPACES/bad');
    const github = await scaffold('--format', 'github');
    expect(github.out).toMatch(
      /^::error file=mesh\.yaml,line=\d+,col=\d+,title=JWT_SCOPE_SPACES::/,
    );
    expect(github.out.trim().split('\n')).toHaveLength(1);
    const markdown = await scaffold('--format', 'markdown');
    expect(markdown.out).toContain('| error | `JWT_SCOPE_SPACES` | `mesh.yaml:');
    expect(markdown.out).toContain('claims\\[scope\\]');
  });

  test('what manifests and names of files hold is shown, and obeyed by nobody', async () => {
    const manifest = readFileSync(join(examples, 'JWT_SCOPE_SPACES/bad/mesh.yaml'), 'utf8');
    const hostile = manifest
      .replace(/^( {2}name: ).*$/m, '$1"a\\n::stop-commands::x\\e[2J<b>b</b>"')
      .replaceAll(/(?<=\S)$/gm, ' # \u001b[8m ##[set-output name=a]b');
    for (const path of [
      '::set-output name=a::b.yaml',
      'a\n::error::b.yaml',
      'a|`<b>\u001b[2J.yaml',
    ]) {
      rmSync(root, { recursive: true });
      writeTree(root, { [path]: hostile, ['broken ' + path]: 'a: [' });
      for (const format of ['text', 'json', 'sarif', 'github', 'markdown']) {
        const { out } = await scaffold('--format', format);
        expect(out).toContain('JWT_SCOPE_SPACES');
        // eslint-disable-next-line no-control-regex -- these are what must not come through
        expect(out).not.toMatch(/[\0-\u0009\u000b-\u001f\u007f]/);
        expect(out).not.toMatch(/^\s*::(?!error file=)|##\[|\n::error::/m);
        if (format === 'json' || format === 'sarif') JSON.parse(out);
        if (format === 'markdown') {
          const rows = out.split('\n').filter((line) => line.startsWith('| error'));
          for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(6);
          expect(out.replaceAll(/`[^`]*`/g, '')).not.toMatch(/(?<!\\)[<>`]/);
        }
      }
    }
  });

  test('--deployable makes placeholders errors', async () => {
    place('PLACEHOLDER_UNSET/bad');
    expect((await scaffold('--severity', 'error')).exitCode).toBe(0);
    expect((await scaffold('--severity', 'error', '--deployable')).exitCode).toBe(1);
  });

  test('says what is wrong with paths, revisions, baselines and environments', async () => {
    place('RETRY_AMPLIFIED/bad');
    expect((await scaffold('nowhere')).err).toContain('there is no');
    expect((await scaffold('--since', 'HEAD~1')).exitCode).toBe(2);
    expect((await scaffold('--baseline', 'none.json')).exitCode).toBe(2);
    expect((await scaffold('--env', 'staging')).err).toContain('there is no environment "staging"');
  });

  test('a folder with nothing to check is refused, so that a job on the wrong one is not green', async () => {
    writeTree(root, { 'README.md': 'here is nothing\n', 'empty/list.yaml': '\n' });
    for (const path of ['.', 'empty']) {
      const { exitCode, err } = await scaffold(path);
      expect(exitCode).toBe(2);
      expect(err).toContain(`there is nothing to check in "${path}"`);
    }
    place('RETRY_AMPLIFIED/good');
    expect((await scaffold('.', 'empty')).err).toBe('');
  });
});
