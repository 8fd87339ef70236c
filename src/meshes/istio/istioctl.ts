import type { ManifestTool } from '../../model/mesh-needs.js';
import type { StepEnd } from '../../model/verification.js';

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

function judgePrinted(printed: string, files: number): StepEnd | undefined {
  const messages = readAnalysis(printed);
  return messages && judgeAnalysis(messages, files);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function describe({ code, level, message, origin, reference }: AnalysisMessage): string {
  const place = reference === undefined || reference === '' ? '' : `${reference} `;
  return `${place}${level} [${code}] (${origin}) ${message}`;
}

/** Istio's own word on the manifests. */
export const istioctl: ManifestTool = {
  name: 'istioctl',
  arguments: ['version', '--remote=false'],
  pattern: /(\d+\.\d+\.\d+)/,
  minimum: '1.27.0',
  purpose: 'verify: what Istio itself says of the policy',
  install: 'https://istio.io/latest/docs/ops/diagnostic-tools/istioctl/',
  runs: [
    { args: validateArgs },
    {
      args: analyzeArgs,
      // A person repeats the command without JSON, which is for us.
      repeat: (files) => analyzeArgs(files).filter((arg) => arg !== '-o' && arg !== 'json'),
      judge: judgePrinted,
    },
  ],
};
