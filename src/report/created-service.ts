import type { JsonValue } from '../model/json.js';
import type { UnsaidControl } from '../model/mesh-emitter.js';
import type { NextStep } from '../model/next-step.js';
import type { Addition } from '../model/request.js';
import type { Tree } from '../model/tree.js';
import type { Verification } from '../model/verification.js';
import { describeFindings, joinProofs, type Composed } from './composed.js';
import { describeIgnored, type Ignored } from './ignored.js';

/** What `new service` made, or would make, in the words of its summary. */
export type CreatedService = {
  readonly name: string;
  readonly language: { readonly id: string; readonly title: string };
  readonly module: string;
  /** Ids, in the order of their contributions. */
  readonly capabilities: readonly string[];
  readonly added: readonly Addition[];
  readonly suggestions: readonly Addition[];
  readonly upstreams: readonly { readonly name: string; readonly url: string }[];
  /** Name of the upstream that nobody declared. */
  readonly sample: string | undefined;
  /** Capabilities that generate nothing without an upstream. */
  readonly idle: readonly string[];
  readonly placeholders: readonly string[];
  /** What is asked for, and the mesh cannot express. */
  readonly unsaid: readonly UnsaidControl[];
  /** Folder as the user would type it. */
  readonly directory: string;
  readonly isDryRun: boolean;
  readonly tree: Tree;
  /** Files that were there before and stay as they are, in the place of those of the template. */
  readonly kept: readonly string[];
  /** Its folder in a repository that is larger than it; undefined in one of its own. */
  readonly subfolder: string | undefined;
  /** Its workflow for the top of the repository; undefined where nobody asked for it. */
  readonly workflow: { readonly path: string; readonly text: string } | undefined;
  /** Those of them that get lines of ours. */
  readonly extended: readonly string[];
  /** scaffold.yaml says how CI gets this tool. */
  readonly hasTool: boolean;
  /** Files of the tool's own record, below .scaffold/. */
  readonly record: readonly string[];
  /** Written files that git leaves out of commits. */
  readonly ignored: readonly Ignored[];
  readonly composed: Composed;
  /** Absent when nobody asked for it. */
  readonly verification: Verification | undefined;
  /** Commands to try, with what they do. */
  readonly next: readonly NextStep[];
  /** Commands without which the project does not build or install where it lies. */
  readonly nextSteps: readonly NextStep[];
  /** The command that repeats an interactive run; absent after any other. */
  readonly repeat: string | undefined;
};

/** The JSON document of `new`. */
export function toDocument(created: CreatedService): Readonly<Record<string, JsonValue>> {
  const { name, language, module, verification } = created;
  return {
    dryRun: created.isDryRun,
    service: { name, language: language.id, module },
    directory: created.directory,
    capabilities: created.capabilities,
    added: created.added,
    upstreams: created.upstreams,
    sampleUpstream: created.sample ?? null,
    idle: created.idle,
    placeholders: created.placeholders,
    unsaid: created.unsaid,
    files: describeFiles(created),
    workflow: describeWorkflow(created),
    record: created.record,
    nextSteps: created.nextSteps,
    ignored: describeIgnored(created.ignored),
    verification: describeVerification(joinProofs(created.composed, verification)),
    ...describeFindings(created.composed),
  };
}

/** Where the host reads the workflow of a service that lies in a folder of a repository. */
function describeWorkflow({ name, subfolder, tree, workflow }: CreatedService): JsonValue {
  const source = [...tree.keys()].find((path) => path.startsWith('.github/workflows/'));
  if (source === undefined || (subfolder === undefined && workflow === undefined)) return null;
  const text = workflow === undefined ? {} : { text: workflow.text };
  const path = `.github/workflows/${name}.yml`;
  return { source, path, workingDirectory: subfolder ?? '.', ...text };
}

function describeFiles({ tree, kept, extended }: CreatedService): JsonValue {
  const ours = [...tree].map(([path, { ownership, capabilities }]) => {
    return { path, action: 'create', ownership, capabilities, effect: 'none' };
  });
  const theirs = kept.map((path) => {
    const action = extended.includes(path) ? 'update' : 'keep';
    return { path, action, ownership: 'user', capabilities: [], effect: 'none' };
  });
  return [...ours, ...theirs].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The part of a JSON document that tells what was proven. */
export function describeVerification(verification: Verification | undefined): JsonValue {
  if (verification === undefined) return { status: 'skipped', steps: [] };
  return {
    status: verification.status,
    steps: verification.steps.map(
      ({ name, status, counts, durationMs, detail, output, repeat }) => ({
        name,
        status,
        ...(counts === undefined ? {} : { counts }),
        durationMs: Math.round(durationMs),
        detail,
        ...(status === 'failed' ? { output, repeat } : {}),
      }),
    ),
  };
}
