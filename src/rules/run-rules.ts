import type { ControlKey } from '../model/controls.js';
import type { Finding } from '../model/finding.js';
import type { Composition } from '../flow/composition.js';
import type { Report, Rule } from './rule.js';

export type RuleRun = {
  /** Sorted by place. */
  readonly findings: readonly Finding[];
  /** Codes of rules that had nothing to read, lacked an input that nobody declared, or are another mesh's. */
  readonly notApplicable: readonly string[];
  readonly ruleCount: number;
};

/** Runs the rules for which the controls of one service or folder are enough. */
export function runRulesAlone(composition: Composition, rules: readonly Rule[]): RuleRun {
  return runRules(
    composition,
    rules.filter(({ spansServices }) => spansServices !== true),
  );
}

/** Runs the others too, when the calls of all services are known. */
export function runRulesAcross(run: RuleRun, calls: Composition, rules: readonly Rule[]): RuleRun {
  const { findings, notApplicable, ruleCount } = runRules(
    calls,
    rules.filter(({ spansServices }) => spansServices === true),
  );
  return {
    findings: [...run.findings, ...findings].sort(byPlace),
    notApplicable: [...run.notApplicable, ...notApplicable].sort(),
    ruleCount: run.ruleCount + ruleCount,
  };
}

function runRules(composition: Composition, chosen: readonly Rule[]): RuleRun {
  const findings: Finding[] = [];
  const notApplicable: string[] = [];
  const seenBy = perMesh(composition);
  for (const rule of chosen) {
    const applies =
      !isOfAnotherMesh(rule, composition) && rule.reads.every((key) => isThere(key, composition));
    const reports = applies ? rule.check(seenBy(rule)) : undefined;
    if (reports === undefined) notApplicable.push(rule.code);
    else findings.push(...reports.filter(isKnown).map((report) => toFinding(rule, report)));
  }
  return {
    findings: unique(findings).sort(byPlace),
    notApplicable,
    ruleCount: chosen.length,
  };
}

/** A service that says its mesh has no other one, and neither have manifests that are for some other mesh only. */
function isOfAnotherMesh({ mesh }: Rule, { meshes }: Composition): boolean {
  return mesh !== undefined && meshes.isLeftOut(mesh);
}

/** A rule of a mesh reads the calls that this mesh acts on. */
function perMesh(composition: Composition): (rule: Rule) => Composition {
  const known = new Map<string, Composition>();
  return ({ mesh }) => {
    if (mesh === undefined) return composition;
    const flows = composition.flows.filter((flow) => flow.mesh.id === mesh);
    if (flows.length === composition.flows.length) return composition;
    const found = known.get(mesh) ?? { ...composition, flows };
    known.set(mesh, found);
    return found;
  };
}

/** A number or a text that is yet to be filled in, within a sentence. */
const UNKNOWN = /\bNaN|\$\{|\{\{/;

/** What rests on a value that is yet to be filled in may be wrong once it is. */
function isKnown({ at, also = [], message, fix }: Report): boolean {
  return ![at, ...also].some(({ isUnknown }) => isUnknown) && !UNKNOWN.test(`${message} ${fix}`);
}

/** What a mesh does to calls is there whatever its objects are called. */
function isThere(key: ControlKey, { all, flows, meshes }: Composition): boolean {
  if (all(key).length > 0) return true;
  if (key === 'mesh/route')
    return meshes.saysDefaults || flows.some(({ routes }) => routes.length > 0);
  return key === 'mesh/trafficPolicy' && flows.some(({ policy }) => policy !== undefined);
}

function toFinding(rule: Rule, report: Report): Finding {
  return {
    code: rule.code,
    severity: report.severity ?? rule.severity,
    layer: rule.layer,
    target: report.target,
    message: report.message,
    why: rule.why,
    fix: report.fix,
    locations: [report.at, ...(report.also ?? [])],
    edits: report.edits ?? [],
  };
}

/** One policy may be met by the calls of several namespaces, or by a subset that inherits it. */
function unique(findings: readonly Finding[]): Finding[] {
  const seen = new Map<string, Finding>();
  for (const finding of findings) {
    const [place] = finding.locations;
    const { code, target, message } = finding;
    const key = JSON.stringify([code, target, place?.file, place?.line, place?.column, message]);
    if (!seen.has(key)) seen.set(key, finding);
  }
  return [...seen.values()];
}

/** Orders findings by file and line. */
export function byPlace(a: Finding, b: Finding): number {
  const [left, right] = [a.locations[0], b.locations[0]];
  if (left === undefined || right === undefined) return 0;
  if (left.file !== right.file) return left.file < right.file ? -1 : 1;
  return left.line - right.line || left.column - right.column || (a.code < b.code ? -1 : 1);
}
