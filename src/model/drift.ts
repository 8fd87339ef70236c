/**
 * How a file of a repo differs from what the tool would have it be.
 *
 * - `unresolved`: an update left a conflict in it
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

export type DriftedFile = { readonly path: string; readonly status: DriftStatus };

/** A Kubernetes object that is no longer declared. */
export type GoneObject = {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
};
