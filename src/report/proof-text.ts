import type { Verification, VerificationStep } from '../model/verification.js';
import { wrap } from './layout.js';
import type { Style } from './style.js';

/** What was proven and what was not, in two sentences. */
export function formatProof(
  { steps }: Verification,
  {
    style,
    columns,
    tool,
  }: { readonly style: Style; readonly columns: number; readonly tool: string },
): string {
  const named = (statuses: readonly VerificationStep['status'][]) =>
    steps.filter(({ status }) => statuses.includes(status));
  const passed = named(['passed']);
  const failed = named(['failed']).filter(({ counts }) => counts !== false);
  const waived = named(['failed']).filter(({ counts }) => counts === false);
  const open = named(['not-verified', 'skipped']);
  const lines = [
    ...(passed.length === 0
      ? []
      : [`${style.green('Proven:')} ${passed.map(withDetail).join(', ')}.`]),
    ...(failed.length === 0
      ? []
      : [
          `${style.red('Failed:')} ${failed.map(withDetail).join(', ')}. What was written stays; the output stands above.`,
        ]),
    ...(waived.length === 0
      ? []
      : [
          `${style.yellow('Not proven:')} ${waived.map(withDetail).join(', ')}; listed above, the exit code does not count it.`,
        ]),
    ...(open.length === 0 ? [] : [`${style.yellow('Not proven here:')} ${groupByDetail(open)}.`]),
    ...(open.some(({ detail }) => detail.includes('PATH'))
      ? [`${tool} doctor says how to get what is missing.`]
      : []),
  ];
  return lines.flatMap((line) => wrap(line, columns)).join('\n');
}

function withDetail({ name, detail }: VerificationStep): string {
  return detail === '' ? name : `${name} (${detail})`;
}

/** `istioctl, kubeconform (not on PATH)`: a reason stands once. */
function groupByDetail(steps: readonly VerificationStep[]): string {
  const groups = new Map<string, string[]>();
  for (const { name, detail } of steps) groups.set(detail, [...(groups.get(detail) ?? []), name]);
  return [...groups]
    .map(([detail, names]) =>
      detail === '' ? names.join(', ') : `${names.join(', ')} (${detail})`,
    )
    .join('; ');
}
