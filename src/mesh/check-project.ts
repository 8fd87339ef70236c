import type { Finding } from '../model/finding.js';
import type { Acceptance } from '../model/request.js';
import { compose, type Composition } from '../rules/composition.js';
import { runRules } from '../rules/run-rules.js';
import type { DocumentProblem } from './document/read-documents.js';
import { readProject, type ProjectSource } from './read-project.js';

export type CheckedProject = {
  readonly findings: readonly Finding[];
  /** What could not be read. */
  readonly problems: readonly DocumentProblem[];
  readonly notApplicable: readonly string[];
  readonly ruleCount: number;
  /** Absent when there was no declaration: the rules of the mesh alone were run. */
  readonly hasApplication: boolean;
  readonly composition: Composition;
  readonly accepted: readonly Acceptance[];
};

/** Checks services together, so that calls between them are followed. Each is also checked alone. */
export function checkProjects(
  sources: readonly ProjectSource[],
  { isDeployable = false }: { readonly isDeployable?: boolean } = {},
): readonly CheckedProject[] {
  const read = sources.map((source) => {
    const { controls, problems, resolution, accepted } = readProject(source);
    return {
      problems,
      hasApplication: resolution !== undefined,
      composition: compose(controls, { isDeployable }),
      accepted,
    };
  });
  const hops = read.flatMap(({ composition }) => composition.hops);
  return read.map(({ problems, hasApplication, composition, accepted }) => {
    const joined = { ...composition, hops };
    return { ...runRules(joined), problems, hasApplication, accepted, composition: joined };
  });
}
