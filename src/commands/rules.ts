import { exitCodes } from '../model/errors.js';
import { formatTable } from '../report/layout.js';
import { rules } from '../meshes/found/rules.js';
import type { Outcome } from './outcome.js';

/** Every rule of `check`, with one sentence. */
export function listRules(): Outcome {
  return {
    exitCode: exitCodes.clean,
    document: {
      rules: rules.map(({ code, severity, layer, title, reads }) => ({
        code,
        severity,
        layer,
        title,
        reads: [...reads],
      })),
    },
    text: ({ style, columns, tool }) =>
      [
        formatTable(
          rules.map(({ code, severity, title }) => [style.bold(code), severity, title]),
          { columns, indent: 0 },
        ),
        '',
        `${rules.length} rules. One of them: ${tool} explain-rule CODE`,
        '',
      ].join('\n'),
  };
}
