import type { StepCommand, StepContext, StepEnd, Step } from '../../verify/step.js';
import { deployedFiles } from '../../verify/deployed-files.js';
import { readManifests } from '../../verify/manifests.js';
import { endOf } from '../../verify/step.js';
import type { VerifyRequest } from '../../verify/toolchain.js';

const TIMEOUT_MS = 60_000;

/** One message of `istioctl analyze -o json`. */
export type AnalysisMessage = {
  readonly code: string;
  readonly level: string;
  readonly message: string;
  /** Object that it is about, such as `VirtualService shop/orders-to-inventory`. */
  readonly origin: string;
  /** `path:line`; absent for messages about no file. */
  readonly reference?: string;
};

/** Files by name: `-R` with a folder ends with 0 on broken YAML (measured). */
export function validateArgs(files: readonly string[]): string[] {
  return ['validate', ...files.flatMap((file) => ['-f', file])];
}

/** Without a cluster, and with -A: no namespace is taken for the current one. */
export function analyzeArgs(files: readonly string[]): string[] {
  return ['analyze', '-A', '--use-kube=false', '-o', 'json', ...files];
}

/**
 * Reads what analyze printed. With `-o json` it ends with 0 whatever it found.
 *
 * @returns undefined when it is no list of messages
 */
export function readAnalysis(text: string): readonly AnalysisMessage[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? (value as AnalysisMessage[]) : undefined;
  } catch {
    return undefined;
  }
}

/** The end of the step, from the messages of the analysis. */
export function judgeAnalysis(messages: readonly AnalysisMessage[], files: number): StepEnd {
  const errors = messages.filter(({ level }) => level === 'Error');
  const others = messages.length - errors.length;
  const detail = [
    errors.length === 0 ? count(files, 'file') : count(errors.length, 'error'),
    others === 0 ? '' : count(others, 'further message'),
  ]
    .filter((part) => part !== '')
    .join(', ');
  if (errors.length === 0) return { status: 'passed', detail };
  return { status: 'failed', detail, output: messages.map(describe).join('\n') };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function describe({ code, level, message, origin, reference }: AnalysisMessage): string {
  const place = reference === undefined || reference === '' ? '' : `${reference} `;
  return `${place}${level} [${code}] (${origin}) ${message}`;
}

/** Istio's own word on the manifests, where istioctl is on PATH. */
export function istioctlStep({ root, env }: VerifyRequest): Step {
  return {
    name: 'istioctl',
    after: [],
    run: async (context) => {
      const files = deployedFiles(readManifests(root));
      if (files.length === 0) return { status: 'skipped', detail: 'none under deploy/' };
      const command = (args: readonly string[]): StepCommand => ({
        file: 'istioctl',
        args,
        cwd: root,
        env,
        variables: [],
      });
      return (
        (await validate(command(validateArgs(files)), context)) ??
        (await analyze(command(analyzeArgs(files)), files.length, context))
      );
    },
  };
}

/** @returns undefined when it found nothing */
async function validate(
  command: StepCommand,
  { processes, signal }: StepContext,
): Promise<StepEnd | undefined> {
  const result = await processes.run(command, { timeoutMs: TIMEOUT_MS, signal });
  if (result.end.kind === 'not-started') return { status: 'skipped', detail: 'not on PATH' };
  return endOf(result, { command, timeoutMs: TIMEOUT_MS });
}

async function analyze(
  command: StepCommand,
  files: number,
  { processes, signal }: StepContext,
): Promise<StepEnd> {
  const lines: string[] = [];
  const onLine = (line: string): void => void lines.push(line);
  const result = await processes.run(command, { timeoutMs: TIMEOUT_MS, signal, onLine });
  const messages = readAnalysis(lines.join('\n'));
  if (messages === undefined) {
    const failed: StepEnd = { status: 'failed', detail: 'no result', output: result.output };
    return endOf(result, { command, timeoutMs: TIMEOUT_MS }) ?? failed;
  }
  const end = judgeAnalysis(messages, files);
  // A person repeats the command without JSON, which is for us.
  const typed = command.args.filter((arg) => arg !== '-o' && arg !== 'json').join(' ');
  return end.status === 'failed' ? { ...end, repeat: `istioctl ${typed}` } : end;
}
