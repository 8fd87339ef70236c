import { exitCodes, inputError } from '../model/errors.js';
import { suggest } from '../model/suggest.js';
import { quote } from '../model/text.js';
import { wrap } from '../report/layout.js';
import { formatRulePage } from '../report/rule-page.js';
import { rules } from '../meshes/found/rules.js';
import type { Outcome } from './outcome.js';

/**
 * The page of one rule.
 *
 * @throws ToolError `unknown-rule` (exit 2)
 */
export function explainRule(code: string): Outcome {
  const rule = rules.find((candidate) => candidate.code === code.toUpperCase());
  if (rule === undefined) {
    const near = suggest(
      code,
      rules.map((candidate) => candidate.code.toLowerCase()),
    );
    const hint = near === undefined ? '' : ` Did you mean ${near.toUpperCase()}?`;
    throw inputError(
      'unknown-rule',
      `there is no rule ${quote(code)}.${hint}`,
      'npx meshwright rules lists them.',
    );
  }
  const { severity, layer, title, why, fix, reads } = rule;
  return {
    exitCode: exitCodes.clean,
    document: { rule: { code: rule.code, severity, layer, title, why, fix, reads: [...reads] } },
    text: ({ columns }) =>
      formatRulePage(rule, undefined)
        .split('\n')
        .flatMap((line) => wrap(line, columns))
        .join('\n'),
  };
}
