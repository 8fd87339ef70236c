import type { Rule } from '../../rules/rule.js';
import type { Whereabouts } from '../repository-path.js';
import type { Style } from '../style.js';
import { formatCheckGithub } from './github.js';
import type { Detail } from './listing.js';
import { formatCheckMarkdown } from './markdown.js';
import type { CheckFormat, CheckReport } from './report.js';
import { formatCheckSarif } from './sarif.js';
import { formatCheckText } from './text.js';

/** The report of `check` in one of its forms; `json` is printed by `run`. */
export function formatCheck(
  report: CheckReport,
  page: {
    readonly style: Style;
    readonly columns: number;
    /** The words that start this tool again. */
    readonly tool: string;
    readonly format: CheckFormat;
    /** How much of the findings the text shows. */
    readonly detail: Detail;
    readonly version: string;
    readonly where: Whereabouts;
    readonly env: string | undefined;
    readonly keepsSuppressed: boolean;
    /** All that were run or could have been. */
    readonly rules: readonly Rule[];
  },
): string {
  switch (page.format) {
    case 'text':
    case 'json':
      return formatCheckText(report, page);
    case 'sarif':
      return formatCheckSarif(report, page.rules, page);
    case 'github':
      return formatCheckGithub(report, page.tool);
    case 'markdown':
      return formatCheckMarkdown(report, page.tool);
  }
}
