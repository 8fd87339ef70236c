/**
 * Controls: one policy in either layer, in one shape. Manifests name kinds and fields from this list;
 * a contract test refuses others. `attempts` of a setting in the application counts tries.
 */
export const controlFields = {
  retries: ['tries', 'perTryTimeout', 'backoffInitial', 'backoffMax', 'on', 'budget'],
  circuitBreaker: [
    'failureRatio',
    'minimumRequests',
    'window',
    'openFor',
    'halfOpenRequests',
    'counts',
  ],
  authentication: [
    'issuer',
    'audiences',
    'jwksUri',
    'algorithms',
    'leeway',
    'anonymousPaths',
    'cacheFor',
    'subjectOptional',
    'needsExpiry',
  ],
  tracing: ['endpoint', 'propagators', 'forwardsRequestId'],
  load: ['peakRate', 'latency', 'bodyBytes', 'headers', 'serverErrors'],
  meshIdentity: ['mesh', 'trustDomain', 'namespace', 'replicas', 'callers', 'rollout', 'egress'],
} as const;

export type ControlKind = keyof typeof controlFields;

export function isControlKind(kind: string): kind is ControlKind {
  return Object.hasOwn(controlFields, kind);
}

export type Layer = 'app' | 'mesh';

/** The Kubernetes object that a value belongs to. */
export type ObjectName = {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
};

/** Where a value stands, or would stand: a value that is absent has the place of what would hold it. */
export type Place = {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly object?: ObjectName;
  /** Path of the value within the object. */
  readonly at?: readonly (string | number)[];
  /** What stands there is yet to be filled in, such as `${REPLICAS}`. */
  readonly isUnknown?: true;
};

/** The same place, out of reach of edits. */
export function withoutObject({ file, line, column }: Place): Place {
  return { file, line, column };
}

/**
 * `written`: it stands in a manifest. `declared`: it stands in scaffold.yaml or is a default of ours, and
 * the process takes it from its own code, which nobody read. `default`: absent, so that Istio's or
 * Kubernetes' own default holds.
 */
export type Basis = 'written' | 'declared' | 'default';

/** A value in base units: ms, percent, counts. */
export type Value<T> = {
  readonly value: T;
  readonly place: Place;
} & (
  | { readonly basis: Basis }
  /** Absent, and the mesh's own configuration says what holds then, elsewhere. */
  | { readonly basis: 'inherited'; readonly from: Place }
);

/** What all controls share. */
export type ControlOf<L extends Layer, K extends string, V> = {
  readonly layer: L;
  readonly kind: K;
  /** What a person would call it: an upstream's name, or `Kind/name`. */
  readonly target: string;
  /**
   * Namespace of the object or of the service. Undefined where a manifest does not say: it is then given when the
   * manifest is applied, and may be any. Compare with `sharesNamespace`, never with `===`.
   */
  readonly namespace: string | undefined;
  readonly place: Place;
  readonly values: V;
};
