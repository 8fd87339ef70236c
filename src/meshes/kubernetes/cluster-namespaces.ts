const OF_CLUSTER = new Set(['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage']);

/** True for a namespace of the cluster itself, whose objects come with the distribution. */
export function isOfCluster(namespace: string | undefined): boolean {
  return OF_CLUSTER.has(namespace ?? '');
}
