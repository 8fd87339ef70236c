import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';

import { inputError } from '../model/errors.js';
import { quote } from '../model/text.js';
import { findWhereabouts } from './whereabouts.js';

/** A chart that people wrote holds fewer files. */
const MAX_ENTRIES = 20_000;

/**
 * Helm follows links: one that leads out of the repository would print what lies there, or never end.
 *
 * @param folder of the chart, absolute
 * @throws ToolError `chart-link` (exit 2)
 */
export function vetChart(folder: string): void {
  const top = realpathSync.native(findWhereabouts(folder).top);
  let entries = 0;
  const visit = (current: string): void => {
    for (const entry of readdirSync(current, { withFileTypes: true })) {
      const path = join(current, entry.name);
      entries += 1;
      if (entries > MAX_ENTRIES)
        throw refused(path, `the chart holds more than ${MAX_ENTRIES} files`);
      if (entry.isDirectory()) visit(path);
      else if (entry.isSymbolicLink()) requireInside(path, top);
      else if (!entry.isFile()) throw refused(path, 'it is no file');
    }
  };
  visit(folder);
}

function requireInside(path: string, top: string): void {
  let target: string;
  try {
    target = realpathSync.native(path);
  } catch {
    throw refused(path, 'it is a link that leads nowhere');
  }
  // A folder behind a link may hold further links.
  if (!target.startsWith(top + sep) || !statSync(target).isFile())
    throw refused(path, 'it is a link that leads out of the repository, or to a folder');
}

function refused(path: string, why: string): Error {
  return inputError(
    'chart-link',
    `the chart was not rendered because of ${quote(path)}: ${why}.`,
    'Replace the link by the file.',
  );
}
