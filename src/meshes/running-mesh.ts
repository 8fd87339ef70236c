/** What a running pod shows of the proxy beside it. */
export type RunningProxy = {
  /** As its image is tagged; empty where that says nothing. */
  readonly version: string;
  /** What the pod's template would say of it. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
};

/** What a mesh knows of its traces in a cluster. */
export type RunningMesh = {
  /** Whether a ConfigMap of this name may hold settings of the whole mesh. */
  readonly isConfig: (name: string) => boolean;
  /** @returns undefined for a pod that the mesh has no part in */
  readonly proxyOf: (pod: Json) => RunningProxy | undefined;
  /** What a template says whose pods run without the mesh. */
  readonly absent: Readonly<Record<string, string>>;
  /** The same in annotations; absent where labels say it. */
  readonly absentAnnotations?: Readonly<Record<string, string>>;
};

export type Json = { readonly [key: string]: unknown };

export function mapOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
