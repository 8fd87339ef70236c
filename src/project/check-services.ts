import type { Finding } from '../model/finding.js';
import type { ReadSummary } from '../model/read-summary.js';
import type { Acceptance } from '../model/request.js';
import { compose } from './compose.js';
import { callsOf, type Composition } from '../flow/composition.js';
import type { InvalidControl } from '../model/extent-control.js';
import type { LocatedObject } from '../manifests/node.js';
import { withoutPatches } from '../manifests/patches.js';
import { rules } from '../meshes/found/rules.js';
import { manifestInvalid } from '../rules/composition/manifest-invalid.js';
import { runRulesAcross, runRulesAlone, type RuleRun } from '../rules/run-rules.js';
import type { DocumentProblem } from '../manifests/read-documents.js';
import { survey } from './survey.js';
import type { Files } from '../manifests/kustomize.js';
import { requestPath } from './starting-kustomization.js';
import { unknownAcceptances } from './unknown-acceptances.js';
import { joinRuns } from './join-runs.js';
import { readUnits, type ProjectSource, type ReadUnit } from './read-project.js';

export type CheckedProject = {
  readonly findings: readonly Finding[];
  /** What could not be read. */
  readonly problems: readonly DocumentProblem[];
  readonly notApplicable: readonly string[];
  readonly ruleCount: number;
  /** Absent when there was no declaration: the rules of the mesh alone were run. */
  readonly hasApplication: boolean;
  readonly accepted: readonly Acceptance[];
  readonly read: ReadSummary;
};

export type CheckOptions = {
  readonly isDeployable?: boolean;
  /** Asked what is wrong with manifests by themselves; without it they are taken for valid. */
  readonly findInvalid?: (objects: readonly LocatedObject[]) => readonly InvalidControl[];
};

/** A service that was checked by itself, and what the others need to know of it. */
export type CheckedAlone = {
  readonly run: RuleRun;
  readonly calls: Composition;
  readonly project: Omit<CheckedProject, keyof RuleRun>;
};

/** Checks services together, so that calls between them are followed. Each is also checked alone. */
export function checkServices(
  sources: readonly ProjectSource[],
  options: CheckOptions = {},
): readonly CheckedProject[] {
  // Of each only the calls are kept: the controls of a fleet would fill the memory.
  return checkAcross(sources.map((source) => checkAlone(source, options)));
}

/** Checks a service, or another folder, without regard to any other. */
export function checkAlone(
  source: ProjectSource,
  { isDeployable = false, findInvalid = () => [] }: CheckOptions,
): CheckedAlone {
  const units: CheckedUnit[] = [];
  const readings = readUnits(source);
  for (;;) {
    const unit = digestNext(readings, source.files, findInvalid);
    if (unit === undefined) break;
    const composition = compose(unit.controls, { isDeployable });
    const run = withoutLent(runRulesAlone(composition, rules), unit.lent);
    units.push({ ...unit, controls: [], run, calls: callsOf(composition) });
  }
  const objects = units.flatMap((unit) => unit.objects);
  const accepted = units.flatMap((unit) => unit.accepted);
  const problems = uniqueProblems(units.flatMap((unit) => unit.problems));
  return {
    run: joinRuns(units),
    calls: units[0]?.calls ?? callsOf(compose([])),
    project: {
      problems: accepted.length === 0 ? problems : [...problems, ...unknownAcceptances(source)],
      hasApplication: units.some(({ hasApplication }) => hasApplication),
      accepted,
      read: survey({ files: source.files, objects, problems }),
    },
  };
}

/** Adds what only shows when the calls of all services are known. */
export function checkAcross(all: readonly CheckedAlone[]): readonly CheckedProject[] {
  const hops = all.flatMap(({ calls }) => calls.hops);
  return all.map(({ run, calls, project }) => {
    const done = runRulesAcross(run, { ...calls, hops }, rules);
    return { ...done, findings: withoutRepeats(done.findings), ...project };
  });
}

type Digest = Pick<ReadUnit, 'controls' | 'objects' | 'problems' | 'accepted' | 'lent'> & {
  readonly unit: string;
  /** Files that its objects come from. */
  readonly files: ReadonlySet<string>;
  readonly hasApplication: boolean;
};

type CheckedUnit = Digest & { readonly run: RuleRun; readonly calls: Composition };

/** Reads the next unit. What stays of its objects is what they are called: their documents would fill the memory. */
function digestNext(
  readings: Iterator<ReadUnit, undefined>,
  files: Files,
  findInvalid: (objects: readonly LocatedObject[]) => readonly InvalidControl[],
): Digest | undefined {
  const { value: unit } = readings.next();
  if (unit === undefined) return undefined;
  const { name, controls, objects, problems, accepted, lent, resolution } = unit;
  // Patches belong to a kustomization, and a service may have none that holds.
  const whole = files.has(requestPath) ? withoutPatches(objects, files) : objects;
  const invalid = findInvalid(whole);
  return {
    unit: name,
    controls: [...controls, ...invalid],
    objects: objects.map(withoutContent),
    files: new Set(objects.map(({ root }) => root.spot.file).filter((file) => !lent.has(file))),
    problems,
    accepted,
    lent,
    hasApplication: resolution !== undefined,
  };
}

function withoutContent({ apiVersion, name, root: { spot } }: LocatedObject): LocatedObject {
  const { file, offset } = spot;
  const place = spot.linePos(offset);
  const kept = { file, offset, linePos: () => place };
  return { apiVersion, name, root: { kind: 'map', entries: noEntries, spot: kept } };
}

const noEntries: LocatedObject['root']['entries'] = new Map();

/** What a rule says of a value with its reasons is not said again as a mistake of the manifest. */
function withoutRepeats(findings: readonly Finding[]): readonly Finding[] {
  const spotOf = ({ locations: [at] }: Finding) => `${at?.file}:${at?.line}:${at?.column}`;
  const { code } = manifestInvalid;
  const told = new Set(findings.filter((finding) => finding.code !== code).map(spotOf));
  return findings.filter((finding) => finding.code !== code || !told.has(spotOf(finding)));
}

function withoutLent(run: RuleRun, lent: ReadonlySet<string>): RuleRun {
  if (lent.size === 0) return run;
  const findings = run.findings.filter(({ locations: [at] }) => !lent.has(at?.file ?? ''));
  return { ...run, findings };
}

/** A base that cannot be read is said once, however many overlays it has. */
function uniqueProblems(problems: readonly DocumentProblem[]): readonly DocumentProblem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
