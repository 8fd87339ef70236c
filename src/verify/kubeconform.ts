import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { deployedFiles } from './deployed-files.js';
import { readManifests } from './manifests.js';
import { endOf, type Step, type StepCommand, type StepEnd } from './step.js';
import type { VerifyRequest } from './toolchain.js';

const TIMEOUT_MS = 60_000;

/** One object that `kubeconform -output json` reports: those that are valid are left out. */
type Resource = {
  readonly filename: string;
  readonly kind: string;
  readonly name: string;
  readonly status: string;
  readonly msg: string;
};
type Report = {
  readonly resources?: readonly Resource[] | null;
  readonly summary?: { readonly valid: number };
};

/**
 * Offline, against the schemas that ship with this tool. Kinds without one are left out; duplicate keys and
 * unknown fields are errors.
 *
 * @param schemas folder of the schemas
 */
export function kubeconformArgs(schemas: string, files: readonly string[]): string[] {
  return [
    '-strict',
    '-ignore-missing-schemas',
    '-summary',
    '-output',
    'json',
    '-schema-location',
    `${schemas}/{{.ResourceKind}}{{.KindSuffix}}.json`,
    ...files,
  ];
}

/**
 * The end of the step, from what kubeconform printed.
 *
 * @returns undefined when it is no report
 */
export function judgeConformance(text: string): StepEnd | undefined {
  const report = readReport(text);
  if (report === undefined) return undefined;
  const bad = (report.resources ?? []).filter(
    ({ status }) => status === 'statusInvalid' || status === 'statusError',
  );
  if (bad.length === 0) return { status: 'passed', detail: `${report.summary?.valid ?? 0} valid` };
  const lines = bad.map(({ filename, kind, name, msg }) => `${filename}: ${kind} ${name}: ${msg}`);
  return { status: 'failed', detail: `${bad.length} invalid`, output: lines.join('\n') };
}

function readReport(text: string): Report | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** schemas/ of this package: two folders up from a source file or a chunk, one from the entry. */
function schemasFolder(): string | undefined {
  return ['../../schemas', '../schemas']
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((folder) => existsSync(`${folder}/SOURCES`));
}

/** A second opinion on the schemas, where kubeconform is on PATH. */
export function kubeconformStep({ root, env }: VerifyRequest): Step {
  return {
    name: 'kubeconform',
    after: [],
    run: async ({ processes, signal }) => {
      const files = deployedFiles(readManifests(root));
      if (files.length === 0) return { status: 'skipped', detail: 'none under deploy/' };
      const schemas = schemasFolder();
      if (schemas === undefined)
        return { status: 'skipped', detail: 'no schemas beside this tool' };
      const args = kubeconformArgs(schemas, files);
      const command: StepCommand = { file: 'kubeconform', args, cwd: root, env, variables: [] };
      const lines: string[] = [];
      const onLine = (line: string): void => void lines.push(line);
      const result = await processes.run(command, { timeoutMs: TIMEOUT_MS, signal, onLine });
      if (result.end.kind === 'not-started') return { status: 'skipped', detail: 'not on PATH' };
      const failed = endOf(result, { command, timeoutMs: TIMEOUT_MS });
      const judged = judgeConformance(lines.join('\n'));
      if (judged === undefined) return failed ?? { status: 'failed', detail: 'no result' };
      return judged.status === 'failed' ? { ...failed, ...judged } : judged;
    },
  };
}
