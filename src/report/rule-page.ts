import type { Rule } from '../rules/rule.js';

/** One rule in full, as it stands in docs/rules and as `explain-rule` prints it. */
export function formatRulePage(
  rule: Rule,
  examples: { readonly bad: string; readonly good: string } | undefined,
): string {
  const { code, severity, layer, title, why, fix, reads } = rule;
  const layers = { app: 'the application', mesh: 'the mesh', both: 'the application and the mesh' }[
    layer
  ];
  const lines = [
    `# ${code}`,
    '',
    title,
    '',
    `Severity: ${severity}. Concerns ${layers}. Reads ${reads.map((key) => `\`${key}\``).join(', ')}.`,
    '',
    '## Why',
    '',
    why,
    '',
    '## Fix',
    '',
    fix,
    '',
  ];
  if (examples === undefined) return lines.join('\n');
  return [
    ...lines,
    '## Reported',
    '',
    examples.bad,
    '',
    '## Not reported',
    '',
    examples.good,
    '',
  ].join('\n');
}
