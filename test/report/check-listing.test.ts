import { expect, test } from 'vitest';

import type { Severity } from '../../src/model/finding.js';
import { listFindings, LISTED } from '../../src/report/check/listing.js';
import type { CheckedFolder } from '../../src/report/check/report.js';
import { formatCheckText } from '../../src/report/check/text.js';
import { createStyle } from '../../src/report/style.js';

type Finding = CheckedFolder['findings'][number];

function finding(
  file: string,
  line: number,
  {
    code = 'A_RULE',
    severity = 'warning',
    message = 'It is so.',
  }: { code?: string; severity?: Severity; message?: string } = {},
): Finding {
  return {
    code,
    severity,
    layer: 'mesh',
    target: 'Service/web',
    message,
    why: '',
    fix: 'Change it.',
    locations: [{ file, line, column: 1 }],
    edits: [],
    verdict: 'new',
    note: '',
  };
}

function folderOf(findings: readonly Finding[]): CheckedFolder {
  return {
    path: 'deploy',
    findings,
    problems: [],
    notes: [],
    notApplicable: [],
    ruleCount: 2,
    hasApplication: true,
    files: new Map(),
    read: { files: 1, objects: 1, meshes: [], skipped: [] },
  };
}

const style = createStyle({ hasColor: false, hasUnicode: true });

function textOf(
  findings: readonly Finding[],
  detail: 'usual' | 'all' | 'quiet',
  columns = 200,
): string {
  const report = { folders: [folderOf(findings)], unlisted: 0, fixed: [], patch: '' };
  return formatCheckText(report, { style, columns, tool: 'scaffold', detail });
}

test('the same finding is said once, with its places', () => {
  const same = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => finding(`${name}.yaml`, 3));
  const text = textOf(same, 'usual');
  expect(text.match(/A_RULE/g)).toHaveLength(2); // The finding, and the hint of the summary.
  expect(text).toContain(
    'the same at 5 other places: deploy/b.yaml:3, deploy/c.yaml:3, deploy/d.yaml:3 and 2 more (--all)',
  );
  expect(text).toContain('0 errors, 6 warnings');
  expect(textOf(same, 'all').match(/warning A_RULE/g)).toHaveLength(6);
});

test('what differs in its words or its weight is not the same', () => {
  const { files } = listFindings(
    [
      folderOf([
        finding('a.yaml', 1),
        finding('a.yaml', 2, { message: 'It is not so.' }),
        finding('a.yaml', 3, { severity: 'error' }),
      ]),
    ],
    'usual',
  );
  expect(files.map(([, entries]) => entries.length)).toEqual([3]);
});

test('files with errors come first', () => {
  const { files } = listFindings(
    [
      folderOf([
        finding('a.yaml', 1, { severity: 'info' }),
        finding('b.yaml', 1),
        finding('c.yaml', 1, { severity: 'error' }),
      ]),
    ],
    'usual',
  );
  expect(files.map(([file]) => file)).toEqual(['deploy/c.yaml', 'deploy/b.yaml', 'deploy/a.yaml']);
});

test('a long list is cut after the worst, with what is missing and how to see it', () => {
  const many = Array.from({ length: LISTED + 20 }, (_, index) =>
    finding('a.yaml', index + 1, { message: `It is so ${index}.`, severity: 'info' }),
  );
  const text = textOf([...many, finding('z.yaml', 9, { severity: 'error', code: 'BAD' })], 'usual');
  expect(text.match(/info {4}A_RULE/g)).toHaveLength(LISTED - 1);
  expect(text).toContain('error   BAD');
  expect(text).toContain('21 more findings not shown: A_RULE 21.');
  expect(text).toContain('scaffold check --all');
  expect(textOf(many, 'all')).not.toContain('not shown');
});

test('--quiet leaves the summary, and no line is wider than it must be', () => {
  const text = textOf([finding('a.yaml', 1)], 'quiet', 40);
  expect(text).not.toContain('It is so.');
  expect(text.split('\n').slice(1)).toEqual([
    '0 errors, 1 warning · 2 rules run, 0 not applicable',
    '  scaffold explain-rule A_RULE',
    '',
  ]);
});
