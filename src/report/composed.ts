import type { Finding } from '../model/finding.js';
import type { JsonValue } from '../model/json.js';
import type { Verification, VerificationStep } from '../model/verification.js';
import { wrap } from './layout.js';
import type { Style } from './style.js';

/** Whether the two layers of a tree in memory compose, found before anything is written. */
export type Composed = {
  /** Warnings and errors; placeholders and other information are told elsewhere. */
  readonly findings: readonly Finding[];
  readonly step: VerificationStep;
};

/** What was proven in all: the composition, and what running the service's own tools said, if they ran. */
export function joinProofs(
  composed: Composed | undefined,
  verification: Verification | undefined,
): Verification {
  const none: Verification = { steps: [], status: 'skipped' };
  if (composed === undefined) return verification ?? none;
  const { step } = composed;
  const status = verification?.status ?? 'skipped';
  return {
    steps: [step, ...(verification?.steps ?? [])],
    status: step.status === 'failed' && status !== 'not-verified' ? 'failed' : status,
  };
}

/** The findings, each with its fix; empty when there are none, or nobody asked. */
export function formatFindings(
  composed: Composed | undefined,
  { style, columns }: { readonly style: Style; readonly columns: number },
): string {
  return (composed?.findings ?? [])
    .map(({ code, severity, message, fix, locations: [place] }) => {
      const mark = severity === 'error' ? style.red(severity) : style.yellow(severity);
      const where = place === undefined ? '' : `${place.file}:${place.line}  `;
      const body = wrap(`${message} Fix: ${fix}`, columns - 2).map((line) => `  ${line}`);
      return [`${where}${mark}  ${code}`, ...body].join('\n');
    })
    .join('\n');
}

/** Findings as they stand in the JSON documents of `new`, `add`, `remove` and `update`. */
export function describeFindings(composed: Composed | undefined): JsonValue {
  return (composed?.findings ?? []).map(
    ({ code, severity, layer, message, why, fix, locations }) => ({
      code,
      severity,
      layer,
      message,
      why,
      fix,
      locations: locations.map(({ file, line, column }) => ({ file, line, column })),
    }),
  );
}
