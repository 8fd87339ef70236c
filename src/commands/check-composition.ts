import type { Host } from '../io/host.js';
import type { Catalog } from '../model/catalog.js';
import { reaches, type Severity } from '../model/finding.js';
import { plural } from '../model/text.js';
import type { Composed } from '../report/composed.js';
import { countFindings, judgeFindings } from '../rules/judge-findings.js';
import { keyOfProblem, type KnownBefore } from '../rules/known-before.js';
import type { Folder } from './read-folder.js';

/** What is wrong with a service as it is. */
export async function findKnown(folder: Folder, catalog: Catalog): Promise<KnownBefore> {
  const { findings, problems } = await checkFolder(folder, catalog);
  return {
    findings: countFindings(findings),
    problems: new Set(problems.map(keyOfProblem)),
  };
}

/**
 * Runs the composition rules over a service as it is, or will be, on disk, with the code of `check`. What
 * scaffold.yaml accepts is left out.
 *
 * @param options.known what was wrong before; only asked for where something is wrong
 * @param options.limit severity from which on a new finding fails the run
 */
export async function checkComposition(
  folder: Folder,
  {
    known,
    limit = 'warning',
    catalog,
    host,
  }: {
    readonly known?: () => Promise<KnownBefore>;
    readonly limit?: Severity;
    readonly catalog: Catalog;
    readonly host: Host;
  },
): Promise<Composed> {
  const began = host.now();
  const checked = await checkFolder(folder, catalog);
  const { accepted, ruleCount, notApplicable } = checked;
  const judge = (counts: KnownBefore['findings']) =>
    judgeFindings(checked.findings, { accepted, known: counts, today: host.today() }).filter(
      ({ verdict, severity }) => verdict !== 'accepted' && reaches(severity, 'warning'),
    );
  const isWrong = judge(new Map()).length > 0 || checked.problems.length > 0;
  const before = isWrong ? await known?.() : undefined;
  const findings = judge(before?.findings ?? new Map()).map(({ verdict, ...finding }) => ({
    ...finding,
    preexisting: verdict === 'known',
  }));
  const problems = checked.problems.map((problem) => ({
    ...problem,
    preexisting: before?.problems.has(keyOfProblem(problem)) === true,
  }));
  const counts = [...findings.filter(({ severity }) => reaches(severity, limit)), ...problems].some(
    ({ preexisting }) => !preexisting,
  );
  const old = [...findings, ...problems].filter(({ preexisting }) => preexisting).length;
  const detail = [
    plural(ruleCount - notApplicable.length, 'rule'),
    plural(findings.length, 'finding'),
    ...(problems.length === 0 ? [] : [plural(problems.length, 'unreadable file')]),
    ...(old === 0 ? [] : [`${old} there before`]),
  ].join(', ');
  const leftOut = folder.notes.map(({ message }) => `; ${message.replace(/\.$/, '')}`);
  return {
    findings,
    problems,
    step: {
      name: 'layers compose',
      status: isWrong ? 'failed' : leftOut.length > 0 ? 'skipped' : 'passed',
      ...(isWrong && !counts ? { counts } : {}),
      durationMs: host.now() - began,
      detail: `${detail}${leftOut.join('')}`,
      output: [
        ...findings.map(({ code, message }) => `${code}: ${message}`),
        ...problems.map(({ file, line, message }) => `${file}:${line}: ${message}`),
      ].join('\n'),
      repeat: 'npx meshwright check',
    },
  };
}

async function checkFolder({ files, built, problems: unread }: Folder, catalog: Catalog) {
  const { checkProjects } = await import('../project/check-project.js');
  const [checked] = checkProjects([{ files, catalog, ...(built !== undefined && { built }) }]);
  if (checked === undefined) throw new Error('one project was checked, and none came back');
  return { ...checked, problems: [...unread, ...checked.problems] };
}
