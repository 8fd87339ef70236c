import type { Whereabouts } from '../repository-path.js';
import type { Style } from '../style.js';
import type { DriftFormat } from './drift-format.js';
import { formatDriftGithub } from './github.js';
import { formatDriftMarkdown } from './markdown.js';
import type { RepoDrift } from './repo-drift.js';
import { formatDriftSarif } from './sarif.js';
import { formatDriftText } from './text.js';

/** The report of `drift` in one of its forms; `json` is printed by `run`. */
export function formatDrift(
  repos: readonly RepoDrift[],
  page: {
    readonly style: Style;
    readonly columns: number;
    readonly format: DriftFormat;
    readonly strict: boolean;
    /** Paths that were left out. */
    readonly foreign: readonly string[];
    readonly version: string;
    readonly where: Whereabouts;
    readonly env: string | undefined;
    readonly keepsSuppressed: boolean;
  },
): string {
  switch (page.format) {
    case 'text':
    case 'json':
      return formatDriftText(repos, page);
    case 'sarif':
      return formatDriftSarif(repos, page);
    case 'github':
      return formatDriftGithub(repos, page.strict);
    case 'markdown':
      return formatDriftMarkdown(repos, page);
  }
}
