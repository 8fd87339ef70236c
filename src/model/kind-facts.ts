/** What deploying a changed object does to a running service. */
export type Effect = 'none' | 'restart' | 'traffic';

/** What stages and manifests must know of one kind of Kubernetes object. Plain data. */
export type KindFacts = {
  /** Empty for the core group. */
  readonly group: string;
  readonly kind: string;
  readonly effect: Effect;
  /**
   * Lists that a strategic merge patch merges item by item, by field, with the field that tells items apart
   * (`x-kubernetes-patch-merge-key`). Every other list is replaced. Absent for custom resources.
   */
  readonly mergeKeys?: Readonly<Record<string, string>>;
};

/** The facts of an object's kind; undefined for one that no mesh knows. */
export function factsOf(
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
  kinds: readonly KindFacts[],
): KindFacts | undefined {
  const group = groupOf(apiVersion);
  return kinds.find((facts) => facts.kind === kind && facts.group === group);
}

/** `apps` of `apps/v1`; empty for the core group. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}
