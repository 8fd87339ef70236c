import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';

import { inputError } from '../model/errors.js';
import type { Skipped } from '../model/read-summary.js';
import { quote } from '../model/text.js';
import type { IsExcluded } from './exclusion.js';

/** More files than this in a folder without scaffold.yaml is the wrong folder. */
const MAX_FILES = 20_000;
export const MANIFEST = /\.(?:ya?ml|json)$/;
const SKIPPED = new Set(['node_modules', 'vendor', 'testdata', 'dist']);
/** Folders there have the names of environments, whatever other tools call theirs. */
const OVERLAYS = 'deploy/overlays';
const CHART = 'Chart.yaml';

/** The manifests below a folder, and what looks like one and is not read. */
export type ListedManifests = {
  /** Sorted. */
  readonly paths: readonly string[];
  readonly skipped: readonly Skipped[];
};

export function hasManifestName(path: string): boolean {
  return MANIFEST.test(path) || basename(path) === 'Kustomization';
}

/** Whether a path below a folder is read as a manifest; templates of Helm are told by their folder. */
export function isManifestPath(path: string, below: string): boolean {
  if (below !== '' && !path.startsWith(`${below}/`)) return false;
  const folders = path.split('/');
  const name = folders.pop() ?? '';
  const isSkipped = folders.some((folder, depth) =>
    isSkippedFolder(folder, folders.slice(0, depth).join('/')),
  );
  return !isSkipped && hasManifestName(name);
}

function isSkippedFolder(name: string, above: string): boolean {
  return name.startsWith('.') || (SKIPPED.has(name) && above !== OVERLAYS);
}

/**
 * Lists manifests below a folder; links are not followed. Templates of Helm charts are no manifests yet: they are
 * counted, chart by chart.
 *
 * @throws ToolError `too-many-files` (exit 2)
 */
export function listManifests(
  root: string,
  { below, isExcluded }: { readonly below: string; readonly isExcluded: IsExcluded },
): ListedManifests {
  const found: string[] = [];
  const excluded: string[] = [];
  const templates = new Map<string, string[]>();
  const above = chartOf(root);
  const own = above === undefined ? undefined : relative(root, above).replaceAll(sep, '/');
  const visit = (folder: string, chart: string | undefined): void => {
    const full = join(root, folder);
    if (statSync(full, { throwIfNoEntry: false })?.isDirectory() !== true) return;
    const entries = readdirSync(full, { withFileTypes: true });
    const isChart = entries.some(({ name }) => name === CHART);
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (isSkippedFolder(entry.name, folder)) continue;
        const isTemplates = isChart && entry.name === 'templates';
        visit(path, isTemplates ? (folder === '' ? '.' : folder) : chart);
      } else if (entry.isFile() && hasManifestName(entry.name)) {
        if (isExcluded(path)) excluded.push(path);
        else if (chart === undefined) found.push(path);
        else templates.set(chart, [...(templates.get(chart) ?? []), path]);
      }
    }
    if (found.length > MAX_FILES) {
      throw inputError(
        'too-many-files',
        `${quote(root)} holds more than ${MAX_FILES} manifests.`,
        'Name a smaller folder, or leave some out with --exclude GLOB.',
      );
    }
  };
  visit(below, own);
  return {
    paths: found.sort(),
    skipped: [
      ...[...templates].map(([chart, files]) => skippedTemplates(chart, files)),
      ...(excluded.length === 0
        ? []
        : [{ reason: 'excluded' as const, count: excluded.length, files: excluded.sort() }]),
    ],
  };
}

/** @param chart its folder, relative to the one that was given */
export function skippedTemplates(chart: string, files: readonly string[]): Skipped {
  return { reason: 'helm-template', count: files.length, files: [...files].sort(), chart };
}

/** The chart whose templates a file or folder is one of. */
export function chartOf(path: string): string | undefined {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    if (!existsSync(join(folder, CHART))) continue;
    return relative(folder, path).split(sep)[0] === 'templates' ? folder : undefined;
  }
  return undefined;
}
