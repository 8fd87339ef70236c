/** What a service may want of a mesh, as people call it: the rows of docs/meshes.md, in their order. */
export const wishes = {
  timeout: "Timeout of a call, 50 ms under the application's",
  timeoutByRequest: 'Another timeout for requests that the application repeats',
  noRetries: 'No retries where the application repeats',
  safeRetries: 'Retries of what nobody has seen, for every method',
  readRetries: 'Retries of reads, where the application repeats nothing',
  retryBudget: 'A budget of retries',
  connectTimeout: 'Timeout of a connect',
  ejection: 'Ejection of a replica that fails',
  ejectionShare: 'A share of replicas that is never ejected',
  limits: 'Limits of connections and requests',
  idleTimeout: 'When idle connections close',
  oneCaller: 'Policy of calls that holds for one workload',
  encryption: 'Plain text is refused',
  callers: 'Which services may call',
  openPaths: 'Paths that are open to more: probes, and what needs no token',
  users: 'Which users may call',
  trial: 'Policies that are tried first (rollout: observe)',
  egress: 'Which hosts pods may reach',
  tracing: 'Spans of the mesh',
  start: 'The proxy starts before the application',
  stop: "The proxy outlives the application's last call",
  resources: 'CPU and memory of the proxy',
} as const;

export type Wish = keyof typeof wishes;

/**
 * How a mesh grants a wish: the fields that generated manifests set, each as `<Kind> <path from the object>`, with `[]`
 * after a list and annotations and labels by `annotation <key>` and `label <key>`. Or why it cannot be expressed, and
 * what holds instead: sentences.
 */
export type Granted =
  | { readonly fields: readonly string[]; readonly note?: string }
  | { readonly cannot: string; readonly instead: string };

/** One way of running a service in a mesh; a file of `src/meshes/<mesh>/variants` exports one under its own name. */
export type MeshVariant = {
  /** As people write it: a column of docs/meshes.md. */
  readonly title: string;
  /** Settings of scaffold.yaml that choose it, as `--set` takes them. */
  readonly settings: readonly string[];
  /** Settings beside them that only some services have, and that some of the fields need. */
  readonly further?: readonly string[];
  readonly grants: Readonly<Record<Wish, Granted>>;
};
