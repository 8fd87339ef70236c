/** Why something is there and is not checked. */
export type SkipReason =
  | 'helm-template'
  | 'excluded'
  | 'custom-resource-definition'
  | 'no-object'
  /** Of a cluster: kinds that it does not define, and those that may not be listed. */
  | 'absent-kind'
  | 'forbidden-kind';

/** What was left out for one reason. */
export type Skipped = {
  readonly reason: SkipReason;
  /** Files, definitions of custom resources, or kinds. */
  readonly count: number;
  /** The files, by their path below the folder that was given; names of kinds. */
  readonly files: readonly string[];
  /** The Helm chart that they are templates of, relative to that folder. */
  readonly chart?: string;
};

/** The cluster that was read. */
export type ReadSource = {
  /** Empty inside a cluster, where kubectl needs none. */
  readonly context: string;
  readonly cluster: string;
  readonly server: string;
  readonly namespaces: 'all' | readonly string[];
  /** Nothing of them was forbidden. */
  readonly isWhole: boolean;
  /** Proxies of running pods, by version. */
  readonly proxies: readonly { readonly version: string; readonly pods: number }[];
};

/** What a run read of one service, folder, file or stream. */
export type ReadSummary = {
  readonly files: number;
  /** Kubernetes objects, each counted once however often overlays use it. */
  readonly objects: number;
  /** Those of each mesh's kinds, by its title; a mesh without one is left out. */
  readonly meshes: readonly { readonly title: string; readonly objects: number }[];
  readonly skipped: readonly Skipped[];
  readonly source?: ReadSource;
};
