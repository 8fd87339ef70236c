import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { readEquivalents } from '../../scripts/docs/read-equivalents.js';
import type { Finding } from '../../src/model/finding.js';
import { checkProjects } from '../../src/project/check-project.js';
import {
  findAnalysis,
  readAnalyzerCases,
  readMessageKinds,
  saidOf,
  type AnalyzerCase,
  type Expected,
} from '../support/istio-analyzers.js';
import { ruleCatalog } from '../support/rule-catalog.js';

/** Kinds that manifests decide and that we do not, or not wholly, reproduce. It only falls. */
const MOST_OPEN = 3;

const root = fileURLToPath(new URL('../..', import.meta.url));
const kinds = readEquivalents('istioctl', root);
const analysis = findAnalysis();
const note = analysis === undefined ? ' (needs istioctl: node scripts/install-tools.mjs)' : '';
/** Where Go must be, its absence fails. */
const isSkipped = analysis === undefined && process.env['MESHWRIGHT_CI'] === undefined;
const mapped = new Set(kinds.flatMap(({ rules = [] }) => rules));

function check({ files }: AnalyzerCase): readonly Finding[] {
  const [checked] = checkProjects([{ files, catalog: ruleCatalog() }]);
  return checked?.findings ?? [];
}

/** A finding names an object by its target, and others by the places that it gives. */
function isAbout({ target, locations }: Finding, { kind, namespace, name }: Expected): boolean {
  const isNamed = locations.some(
    ({ object }) => object?.kind === kind && object.name === name && object.namespace === namespace,
  );
  return isNamed || (target === `${kind}/${name}` && locations[0]?.object === undefined);
}

describe.skipIf(isSkipped)(`messages of Istio's analyzers${note}`, () => {
  const cases = analysis === undefined ? [] : readAnalyzerCases(analysis);
  const checked = cases.map((row) => ({ row, findings: check(row) }));

  test('the table of tests is read whole', () => {
    expect(cases.length).toBeGreaterThanOrEqual(100);
    expect(cases.flatMap(({ expected }) => expected).length).toBeGreaterThanOrEqual(200);
    expect(cases.filter(({ files, name }) => files.size < 2 || name === '')).toEqual([]);
  });

  test('every kind of message is in our table, with its name', () => {
    const theirs = analysis === undefined ? [] : readMessageKinds(analysis);
    const named = (list: readonly { readonly code: string; readonly name: string }[]) =>
      list.map(({ code, name }) => `${code} ${name}`).sort();
    expect(named(kinds)).toEqual(named(theirs));
  });

  test.each(kinds.filter(({ excluded, schema }) => excluded === undefined && schema !== true))(
    '$code $name',
    ({ name, rules = [], open }) => {
      const asked = checked.flatMap(({ row, findings }) =>
        row.expected
          .filter(({ message }) => message === name)
          .map((expected) => ({ row, findings, expected })),
      );
      const missing = asked.filter(
        ({ findings, expected }) =>
          !findings.some((finding) => rules.includes(finding.code) && isAbout(finding, expected)),
      );
      const unsaid = missing.map(
        ({ row, expected: { kind, namespace, name: object } }) =>
          `${row.name}: ${kind} ${namespace}/${object}`,
      );
      expect(asked).not.toEqual([]);
      if (open === undefined) expect(unsaid).toEqual([]);
      else expect(unsaid, `${name} is reproduced: it is open no more`).not.toEqual([]);
    },
  );

  test('few kinds are open', () => {
    expect(kinds.filter(({ open }) => open !== undefined).length).toBeLessThanOrEqual(MOST_OPEN);
  });

  test.each(checked.filter(({ row }) => row.expected.length === 0))(
    'nothing on "$row.name"',
    ({ row, findings }) => {
      const wrong = findings.filter(
        ({ code, severity }) => mapped.has(code) || severity === 'error',
      );
      // A row runs one analyzer, and others may speak of the same file.
      const alsoSaid = wrong.length === 0 ? new Set<string>() : saidOf(row);
      const codesOf = (code: string) =>
        kinds
          .filter(
            ({ rules = [], schema }) =>
              rules.includes(code) || (schema === true && code === 'MANIFEST_INVALID'),
          )
          .map((kind) => kind.code);
      const alone = wrong.filter(
        ({ code, target }) => !codesOf(code).some((theirs) => alsoSaid.has(`${theirs} ${target}`)),
      );
      expect(alone.map(({ code, severity, target }) => `${code} ${severity} ${target}`)).toEqual(
        [],
      );
    },
  );
});
