/**
 * How a file of a repo differs from what the tool would have it be.
 *
 * - `unresolved`: an update, or a merge of git, left a conflict in it
 * - `missing`: people deleted it
 * - `modified`: people changed it
 * - `outdated`: the installed template version would change it
 * - `unapplied`: scaffold.yaml asks for something that the repo does not have yet
 */
export const driftStatuses = [
  'unresolved',
  'missing',
  'modified',
  'outdated',
  'unapplied',
] as const;
export type DriftStatus = (typeof driftStatuses)[number];

export type DriftedFile = {
  /** Where the file is now: people may have moved it. */
  readonly path: string;
  readonly status: DriftStatus;
  /** Id of what the tool wrote there; `update --restore` writes it again. Absent where nothing was written. */
  readonly base?: string;
  /** True for a conflict that no update left: it is git's to end. */
  readonly byGit?: true;
  /** What the template gives as reasons for its change. */
  readonly why?: readonly string[];
  /** Set when scaffold.yaml says why the difference stays; it does not count then. */
  readonly accepted?: DriftAcceptance;
};

/** A difference that somebody intends, as `drift.accept` of scaffold.yaml has it. */
export type DriftAcceptance = {
  readonly path: string;
  readonly reason: string;
  /** Last day on which it holds, such as 2027-03-31. */
  readonly until?: string | undefined;
};

/** A Kubernetes object that is no longer declared. */
export type GoneObject = {
  /** Its API group, such as `networking.istio.io`; empty for the core's. */
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
};
