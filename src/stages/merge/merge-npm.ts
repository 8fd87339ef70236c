import compare from 'semver/functions/compare.js';
import minVersion from 'semver/ranges/min-version.js';

import type { JsonValue } from '../../model/json.js';
import { mergeJson, type SettleJson } from './merge-json.js';

/** Objects of package.json whose values are ranges of versions. */
const ranges = new Set([
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'engines',
]);

/**
 * Merges package.json by structure. A range that both changed becomes the one that begins higher; a package that
 * one side took out stays as it is in ours.
 *
 * @returns undefined when a text is no JSON object, or both changed something else differently
 */
export function mergePackageJson(base: string, ours: string, theirs: string): string | undefined {
  return mergeJson(base, ours, theirs, settleRange);
}

/**
 * Merges package-lock.json: each package is taken whole, in the higher of two versions. What the packages need of
 * each other only npm knows, and makes good with `npm install --package-lock-only`.
 *
 * @returns undefined when a text is no JSON object, or both changed something else differently
 */
export function mergePackageLock(base: string, ours: string, theirs: string): string | undefined {
  return mergeJson(base, ours, theirs, (path, sides) => {
    const [section, name, ...below] = path;
    if (section !== 'packages' || name === undefined) return 'recurse';
    if (name === '') return settleRange(below, sides);
    return { value: higherPackage(sides.ours, sides.theirs) };
  });
}

const settleRange: SettleJson = (path, { ours, theirs }) => {
  const [section = '', name] = path;
  if (!ranges.has(section)) return 'recurse';
  if (ours === undefined || theirs === undefined) return { value: ours };
  if (name === undefined) return 'recurse';
  if (typeof ours !== 'string' || typeof theirs !== 'string') return { value: ours };
  return { value: higherRange(ours, theirs) };
};

/** The range that begins higher; ours for what is no range, such as an address or a tag. */
function higherRange(ours: string, theirs: string): string {
  const [low, high] = [lowest(ours), lowest(theirs)];
  return low !== undefined && high !== undefined && compare(high, low) > 0 ? theirs : ours;
}

function lowest(range: string): string | undefined {
  try {
    return minVersion(range)?.version;
  } catch {
    return undefined;
  }
}

function higherPackage(
  ours: JsonValue | undefined,
  theirs: JsonValue | undefined,
): JsonValue | undefined {
  const [own, other] = [versionOf(ours), versionOf(theirs)];
  if (own === undefined) return ours ?? theirs;
  return other !== undefined && higherRange(own, other) === other ? theirs : ours;
}

function versionOf(entry: JsonValue | undefined): string | undefined {
  if (typeof entry !== 'object' || entry === null || !('version' in entry)) return undefined;
  return typeof entry.version === 'string' ? entry.version : undefined;
}
