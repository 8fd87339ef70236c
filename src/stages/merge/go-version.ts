import compare from 'semver/functions/compare.js';
import parse from 'semver/functions/parse.js';

/**
 * Orders two versions of a Go module as the go command does: semantic versions, in which a pre-release and a
 * pseudo-version are below their release and `+incompatible` counts for nothing.
 *
 * @returns below, equal to or above 0; undefined when one is no version, such as a branch
 */
export function compareModuleVersions(a: string, b: string): number | undefined {
  return parse(a) === null || parse(b) === null ? undefined : compare(a, b);
}

/** The higher of two module versions; the first where they cannot be compared. */
export function higherModuleVersion(a: string, b: string): string {
  return (compareModuleVersions(a, b) ?? 0) >= 0 ? a : b;
}

/**
 * Orders two releases of Go: `1.26rc1` is below `1.26.0`, `go1.26` is `1.26.0`.
 *
 * @returns below, equal to or above 0; undefined when one is no release, such as `devel` or `default`
 */
export function compareGoReleases(a: string, b: string): number | undefined {
  const [left, right] = [parseRelease(a), parseRelease(b)];
  if (left === undefined || right === undefined) return undefined;
  const differences = left.map((part, index) => part - (right[index] ?? 0));
  return differences.find((difference) => difference !== 0) ?? 0;
}

/** Major, minor, then patch, or below any patch for a candidate: rc1 is -999, beta1 -1999. */
function parseRelease(text: string): readonly number[] | undefined {
  const match = /^(?:go)?(\d+)\.(\d+)(?:\.(\d+)|(rc|beta)(\d+))?/.exec(text);
  if (match === null) return undefined;
  const [, major, minor, patch, stage, number] = match;
  const last =
    stage === undefined ? Number(patch ?? 0) : Number(number) - (stage === 'rc' ? 1_000 : 2_000);
  return [Number(major), Number(minor), last];
}
