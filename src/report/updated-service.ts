import type { GoneObject } from '../model/drift.js';
import type { JsonValue } from '../model/json.js';
import type { UnsaidControl } from '../model/mesh-emitter.js';
import type { NextStep } from '../model/next-step.js';
import type { Verification } from '../model/verification.js';
import type { AdoptedNeeds } from '../stages/adopted-needs.js';
import type { FileReport } from '../stages/describe-update.js';
import type { ChangedDefault } from '../stages/template-changes.js';
import { describeFindings, joinProofs, type Composed } from './composed.js';
import { describeVerification } from './created-service.js';
import { describeIgnored, type Ignored } from './ignored.js';

/** What `add`, `remove` and `update` did, or would do. */
export type UpdatedService = {
  /** The command as typed, without the program's name: `add capability jwt`. */
  readonly what: string;
  readonly isDryRun: boolean;
  readonly version: { readonly recorded: string; readonly current: string };
  readonly files: readonly FileReport[];
  /** Defaults that are others since the recorded version, where scaffold.yaml leaves them to the template. */
  readonly defaults: readonly ChangedDefault[];
  /** Unified diffs of what is written, in the order of `files`; only for a dry run. */
  readonly diffs: readonly string[];
  /** What a person must know or do afterwards. */
  readonly notes: readonly string[];
  /** What is asked for, and the mesh cannot express. */
  readonly unsaid: readonly UnsaidControl[];
  /** Unified diffs to follow by hand, in a service whose code the tool does not own. */
  readonly wiring: readonly string[];
  /** What our code misses there; absent in a service that the tool made. */
  readonly needs: AdoptedNeeds | undefined;
  readonly gone: readonly GoneObject[];
  /** Commands without which the project does not build or install. */
  readonly nextSteps: readonly NextStep[];
  /** Written files that git leaves out of commits. */
  readonly ignored: readonly Ignored[];
  readonly composed: Composed;
  /** Absent when nothing was run. */
  readonly verification: Verification | undefined;
};

/** The JSON document of `add`, `remove` and `update`. */
export function toUpdateDocument(updated: UpdatedService): Readonly<Record<string, JsonValue>> {
  return {
    dryRun: updated.isDryRun,
    version: updated.version,
    files: updated.files.map(
      ({ path, action, status, ownership, capabilities, effect, conflict, from, why }) => ({
        path,
        action,
        ...(status === undefined ? {} : { status }),
        ownership,
        capabilities,
        effect,
        ...(conflict === undefined ? {} : { conflict }),
        ...(from === undefined ? {} : { from }),
        ...(why.length === 0 ? {} : { why }),
      }),
    ),
    ...(updated.isDryRun ? { diffs: updated.diffs } : {}),
    defaults: updated.defaults,
    notes: updated.notes,
    unsaid: updated.unsaid,
    wiring: updated.wiring,
    ...(updated.needs === undefined ? {} : { needs: updated.needs }),
    gone: updated.gone,
    nextSteps: updated.nextSteps,
    ignored: describeIgnored(updated.ignored),
    verification: describeVerification(
      updated.isDryRun ? undefined : joinProofs(updated.composed, updated.verification),
    ),
    ...describeFindings(updated.composed),
  };
}
