/** Why something is there and is not checked. */
export type SkipReason = 'helm-template' | 'excluded' | 'custom-resource-definition' | 'no-object';

/** What was left out for one reason. */
export type Skipped = {
  readonly reason: SkipReason;
  /** Files, or definitions of custom resources. */
  readonly count: number;
  /** The files, by their path below the folder that was given. */
  readonly files: readonly string[];
  /** The Helm chart that they are templates of, relative to that folder. */
  readonly chart?: string;
};

/** What a run read of one service, folder, file or stream. */
export type ReadSummary = {
  readonly files: number;
  /** Kubernetes objects, each counted once however often overlays use it. */
  readonly objects: number;
  /** Those of each mesh's kinds, by its title; a mesh without one is left out. */
  readonly meshes: readonly { readonly title: string; readonly objects: number }[];
  readonly skipped: readonly Skipped[];
};
