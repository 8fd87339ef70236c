import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { checkProjects } from '../../src/project/check-project.js';
import { applyEdits } from '../../src/manifests/apply-edits.js';
import type { Finding } from '../../src/model/finding.js';
import { rules } from '../../src/meshes/found/rules.js';
import { readFolder } from '../support/read-folder.js';
import { ruleCatalog } from '../support/rule-catalog.js';

const root = fileURLToPath(new URL('.', import.meta.url));
const folders = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && /^[A-Z]/.test(entry.name))
  .map(({ name }) => name);
const catalog = ruleCatalog();

/** A folder that holds several services is checked as several. */
function check(files: ReadonlyMap<string, string>): readonly Finding[] {
  const services = [...files.keys()].filter((path) => path.endsWith('/scaffold.yaml'));
  const sources =
    services.length === 0
      ? [{ files, catalog }]
      : services.map((path) => {
          const prefix = path.slice(0, path.lastIndexOf('/') + 1);
          const own = [...files].filter(([name]) => name.startsWith(prefix));
          return {
            files: new Map(own.map(([name, text]) => [name.slice(prefix.length), text])),
            catalog,
          };
        });
  const checked = checkProjects(sources);
  expect(checked.flatMap(({ problems }) => problems)).toEqual([]);
  return checked.flatMap(({ findings }) => findings);
}

const codesOf = (findings: readonly Finding[]) => findings.map(({ code }) => code);
const countOf = (findings: readonly Finding[], code: string) =>
  codesOf(findings).filter((other) => other === code).length;

test('every rule has examples, and every example a rule', () => {
  expect(folders.sort()).toEqual(rules.map(({ code }) => code));
});

describe.each(folders)('%s', (code) => {
  const rule = rules.find((candidate) => candidate.code === code)!;
  const bad = readFolder(join(root, code, 'bad'));

  test('reports its bad example, with a place', () => {
    const findings = check(bad).filter((finding) => finding.code === code);
    expect(findings).not.toEqual([]);
    for (const { locations, message, fix, severity } of findings) {
      expect(bad.has(locations[0]!.file) || bad.has(`orders/${locations[0]!.file}`)).toBe(true);
      expect(locations[0]!.line).toBeGreaterThan(0);
      expect(message).not.toMatch(/undefined|NaN|Infinity/);
      expect(fix).not.toMatch(/undefined|NaN|Infinity/);
      expect(['error', 'warning', 'info'].indexOf(severity)).toBeGreaterThanOrEqual(
        code === 'PLACEHOLDER_UNSET' ? 0 : ['error', 'warning', 'info'].indexOf(rule.severity),
      );
    }
  });

  test('is silent on its good example', () => {
    expect(codesOf(check(readFolder(join(root, code, 'good'))))).not.toContain(code);
  });

  test('its mechanical fix leaves none of its findings and adds no other', () => {
    const before = check(bad);
    const edits = before
      .filter((finding) => finding.code === code)
      .flatMap((finding) => finding.edits);
    if (edits.length === 0) return;
    const changed = applyEdits(bad, edits);
    expect(changed.size).toBeGreaterThan(0);
    const after = check(new Map([...bad, ...changed]));
    const fixable = before.filter((finding) => finding.code === code && finding.edits.length === 0);
    expect(countOf(after, code)).toBeLessThanOrEqual(fixable.length);
    for (const other of new Set(codesOf(after))) {
      expect(countOf(after, other), other).toBeLessThanOrEqual(countOf(before, other));
    }
  });
});
