import type { Finding } from '../model/finding.js';
import { byPlace, type RuleRun } from '../rules/run-rules.js';

/** What the rules say of one unit. */
export type UnitRun = {
  readonly unit: string;
  /** Files that its objects come from. */
  readonly files: ReadonlySet<string>;
  readonly run: RuleRun;
};

/**
 * Joins what the rules say of the units of a folder. The same code at the same place is one finding, the severest,
 * however many units share the file; where only some of them have it, it names these.
 */
export function joinRuns(runs: readonly UnitRun[]): RuleRun {
  const [only, ...others] = runs;
  if (only === undefined) return { findings: [], notApplicable: [], ruleCount: 0 };
  if (others.length === 0) return only.run;
  const sharing = new Map<string, number>();
  for (const { files } of runs)
    for (const file of files) sharing.set(file, (sharing.get(file) ?? 0) + 1);
  const found = new Map<string, { readonly finding: Finding; readonly units: Set<string> }>();
  for (const { unit, run } of runs) {
    // A rule may say several things of one place: of each unit the first is the same, and so on.
    const times = new Map<string, number>();
    for (const finding of run.findings) {
      const place = placeOf(finding);
      const time = (times.get(place) ?? 0) + 1;
      times.set(place, time);
      const key = `${place} ${time}`;
      const known = found.get(key);
      const isSeverer = known === undefined || isAbove(finding, known.finding);
      const units = (known?.units ?? new Set()).add(unit);
      found.set(key, { finding: isSeverer ? finding : known.finding, units });
    }
  }
  const findings = [...found.values()].map(({ finding, units }) => {
    const isOfAll = units.size >= (sharing.get(finding.locations[0]?.file ?? '') ?? 0);
    return isOfAll ? finding : { ...finding, units: [...units] };
  });
  const [first = [], ...rest] = runs.map(({ run }) => run.notApplicable);
  const silent = rest.map((codes) => new Set(codes));
  return {
    findings: findings.sort(byPlace),
    notApplicable: first.filter((code) => silent.every((codes) => codes.has(code))),
    ruleCount: only.run.ruleCount,
  };
}

function placeOf({ code, locations: [at] }: Finding): string {
  return JSON.stringify([code, at?.file, at?.line, at?.column]);
}

const RANK = { error: 0, warning: 1, info: 2 } as const;

function isAbove(a: Finding, b: Finding): boolean {
  return RANK[a.severity] < RANK[b.severity];
}
