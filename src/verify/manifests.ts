import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { fileError, hasCode } from '../io/file-error.js';
import { MANIFEST } from '../io/list-manifests.js';
import { decodeText, readText } from '../io/read-file.js';
import type { ManifestFile } from '../manifests/manifest-file.js';
import type { Validation } from '../manifests/validate.js';
import type { Step, StepEnd } from './step.js';
import type { VerifyRequest } from './toolchain.js';

const MAX_MANIFEST_BYTES = 4 * 1_024 * 1_024;
/** Findings that are shown; the number of all of them is in the step's line. */
const MAX_SHOWN = 50;

/**
 * Every manifest below `deploy/` of a project, sorted by path. Links are not followed: what they lead to is
 * checked where it lies.
 *
 * @param hidden contents of the files that git keeps off the disk, by path
 * @throws ToolError exit 2 for a file that is no text or too large, 6 when it cannot be read
 */
export function readManifests(
  root: string,
  hidden: ReadonlyMap<string, Buffer> = new Map(),
): readonly ManifestFile[] {
  const files: ManifestFile[] = [...hidden].flatMap(([path, bytes]) =>
    path.startsWith('deploy/') && MANIFEST.test(path)
      ? [{ path, text: decodeText(bytes, path) }]
      : [],
  );
  function visit(folder: string): void {
    for (const entry of entriesOf(root, folder)) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) visit(path);
      if (!entry.isFile() || !MANIFEST.test(entry.name)) continue;
      const text = readText(join(root, path), { maxBytes: MAX_MANIFEST_BYTES, name: path });
      if (text !== undefined) files.push({ path, text });
    }
  }
  visit('deploy');
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function entriesOf(root: string, folder: string): ReturnType<typeof readEntries> {
  try {
    return readEntries(join(root, folder));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw fileError(error, 'read', folder);
  }
}

function readEntries(folder: string) {
  return readdirSync(folder, { withFileTypes: true });
}

/** The step that checks manifests against the schemas that ship with this tool. */
export function manifestsStep({ root, hidden }: Pick<VerifyRequest, 'root' | 'hidden'>): Step {
  return {
    name: 'manifests',
    after: [],
    run: async () => {
      const files = readManifests(root, hidden?.manifests);
      if (files.length === 0) return { status: 'skipped', detail: 'none under deploy/' };
      // The validators are most of this package: only who verifies pays for loading them.
      const { validateManifests } = await import('../meshes/validate-manifests.js');
      return describe(validateManifests(files));
    },
  };
}

function describe({ valid, unchecked, findings }: Validation): StepEnd {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const warnings = findings.length - errors.length;
  const parts = [
    errors.length === 0 ? '' : count(errors.length, 'error'),
    `${valid} valid`,
    warnings === 0 ? '' : count(warnings, 'warning'),
    unchecked.length === 0 ? '' : `${unchecked.length} of unknown kinds`,
  ];
  const detail = parts.filter((part) => part !== '').join(', ');
  if (errors.length === 0) return { status: 'passed', detail };
  const lines = findings
    .slice(0, MAX_SHOWN)
    .map(
      ({ path, line, column, severity, message }) =>
        `${path}:${line}:${column} ${severity}: ${message}`,
    );
  const more = findings.length - lines.length;
  return {
    status: 'failed',
    detail,
    output: [...lines, ...(more > 0 ? [`… and ${more} more`] : [])].join('\n'),
    repeat: 'npx meshwright verify',
  };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
