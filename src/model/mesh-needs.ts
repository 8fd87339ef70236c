import type { StepEnd } from './verification.js';

/** What a mesh asks of clusters and machines; `src/meshes/<mesh>/needs.ts` exports it as `needs`. */
export type MeshNeeds = {
  /** It holds under every mesh. */
  readonly always?: boolean;
  readonly platforms: readonly Platform[];
  /** Tools of its own that judge manifests, where they are on PATH. */
  readonly tools: readonly ManifestTool[];
};

/** What the generated manifests ask of a cluster. */
export type Platform = {
  /** As people write it. */
  readonly name: string;
  /** The lowest version that will do, such as `1.30`. */
  readonly minimum: string;
  /** Why, as the end of a sentence. */
  readonly because: string;
};

/** A tool that `doctor` looks for and that is a step of `verify`, of the same name, where it is on PATH. */
export type ManifestTool = {
  readonly name: string;
  /** With these it says its version. */
  readonly arguments: readonly string[];
  /** Its first group is the version in what it prints. */
  readonly pattern: RegExp;
  readonly minimum: string;
  /** What it is needed for. */
  readonly purpose: string;
  /** How to get it. */
  readonly install: string;
  /** Its runs, in order; the first that fails ends the step. */
  readonly runs: readonly ManifestRun[];
};

export type ManifestRun = {
  /** @param files paths of those that hold objects of one deployment, from the project's folder */
  readonly args: (files: readonly string[]) => readonly string[];
  /** Arguments for a person who repeats it; without them they are the same. */
  readonly repeat?: (files: readonly string[]) => readonly string[];
  /**
   * Judges what it printed on stdout; without it, its exit code says all.
   *
   * @param files how many it was given
   * @returns undefined when that cannot be read
   */
  readonly judge?: (printed: string, files: number) => StepEnd | undefined;
};
