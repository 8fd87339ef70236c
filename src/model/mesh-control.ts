import type { ControlOf, Place, Value } from './control.js';

export type Labels = Readonly<Record<string, string>>;

/** One entry of a route's `match`; all its conditions must hold. */
export type RouteMatch = {
  /** Undefined means every method. */
  readonly methods: readonly string[] | undefined;
  readonly sourceLabels: Labels;
  /** It holds for sidecars, not only for gateways that it names. */
  readonly inMesh: boolean;
  /** It asks for more than method, headers, source and port, so that some requests pass it by. */
  readonly isPartial: boolean;
  /** Names of request headers that must be there. */
  readonly headers: readonly string[];
  /** What the path must be; undefined means any, or that `isPartial` covers it. */
  readonly path?: PathMatch | undefined;
};

/** Compared byte for byte. */
export type PathMatch = {
  readonly kind: 'exact' | 'prefix';
  readonly value: string;
  readonly place: Place;
};

/** A host that a route sends to. */
export type Destination = {
  readonly host: Value<string>;
  /** As written. */
  readonly written: string;
  readonly subset: Value<string> | undefined;
  readonly port: number | undefined;
};

/** How often a sidecar repeats a request, and why. */
export type RouteRetries = {
  /** Retries, not tries; Istio's default is 2. */
  readonly attempts: Value<number>;
  /** ms; 0 means none. */
  readonly perTryTimeout: Value<number>;
  readonly retryOn: Value<readonly string[]>;
  /** The ways of failing that it repeats: what `retryOn` means, in words that hold for every mesh. */
  readonly repeats: readonly string[];
  /** First pause, ms; Istio's default is 25. */
  readonly backoff: Value<number>;
  /** Up to this the pause doubles with each retry, and at least half of it is waited, ms; otherwise `pauseBound` says. */
  readonly longestPause?: number;
  /** The limit of one try does not hold for the last: only the timeout of the whole ends it. */
  readonly isLastTryOpen?: boolean;
};

/** One HTTP route of a VirtualService, or what Istio makes of an HTTPRoute whose parent is a Service. */
export type RouteControl = ControlOf<
  'mesh',
  'route',
  RouteRetries & {
    readonly hosts: readonly string[];
    readonly hostsPlace: Value<readonly string[]>;
    /** The one port on which it holds. */
    readonly port: number | undefined;
    /** It holds for sidecars, not only for gateways. */
    readonly inMesh: boolean;
    /** Kind of the object that holds it; empty where none does. */
    readonly holder: string;
    readonly exportTo: readonly string[];
    readonly name: string;
    readonly matches: readonly RouteMatch[];
    readonly destinations: readonly Destination[];
    /** Where copies of the requests go. */
    readonly mirrors: readonly Destination[];
    /** ms; 0 means none, which is Istio's default. */
    readonly timeout: Value<number>;
    /** Request headers that the route sets. */
    readonly headers: Value<readonly string[]>;
  }
>;

export type PoolValues = {
  readonly maxConnections: Value<number>;
  /** ms */
  readonly connectTimeout: Value<number>;
  readonly http1MaxPendingRequests: Value<number>;
  readonly http2MaxRequests: Value<number>;
  readonly maxRetries: Value<number>;
  /** ms */
  readonly idleTimeout: Value<number>;
  /** The proxy speaks HTTP/2 to it whatever its port is called. */
  readonly upgradesHttp?: boolean;
};

export type OutlierValues = {
  readonly consecutive5xxErrors: Value<number>;
  /** 0 means off. */
  readonly consecutiveGatewayErrors: Value<number>;
  /** ms */
  readonly interval: Value<number>;
  /** ms */
  readonly baseEjectionTime: Value<number>;
  /** percent */
  readonly maxEjectionPercent: Value<number>;
  /** percent */
  readonly minHealthPercent: Value<number>;
  /** Each further ejection doubles the time, up to this, and one failed probe is enough, ms. */
  readonly doublesTo?: Value<number>;
};

/** One level of a DestinationRule's traffic policy, with what it inherits: a subset's blocks stand over the destination's, a port's replace them whole. */
export type TrafficPolicyControl = ControlOf<
  'mesh',
  'trafficPolicy',
  {
    readonly host: Value<string>;
    /** The host as written. */
    readonly written: string;
    readonly exportTo: readonly string[];
    readonly selector: Labels | undefined;
    readonly level: 'destination' | 'subset' | 'port';
    readonly subset: string | undefined;
    /** Labels of the subset's pods. */
    readonly subsetLabels: Labels | undefined;
    readonly port: number | undefined;
    readonly pool: PoolValues | undefined;
    readonly outlier: OutlierValues | undefined;
    readonly retryBudget:
      { readonly percent: Value<number>; readonly minimum: Value<number> } | undefined;
    readonly tlsMode: Value<string> | undefined;
    /** Blocks that the level itself holds, by their key. */
    readonly blocks: readonly string[];
    readonly subsets: readonly string[];
  }
>;

/** A PeerAuthentication. */
export type MtlsControl = ControlOf<
  'mesh',
  'mtls',
  {
    readonly selector: Labels | undefined;
    readonly mode: Value<string>;
    readonly ports: Readonly<Record<string, string>>;
  }
>;

/** One rule of a RequestAuthentication. */
export type MeshAuthenticationControl = ControlOf<
  'mesh',
  'authentication',
  {
    readonly selector: Labels | undefined;
    readonly hasTargetRefs: boolean;
    readonly issuer: Value<string>;
    readonly audiences: Value<readonly string[]>;
    readonly jwksUri: Value<string>;
    readonly hasInlineKeys: boolean;
    readonly fromHeaders: Value<boolean>;
    readonly fromOther: boolean;
    readonly forwardOriginalToken: Value<boolean>;
    readonly outputPayloadToHeader: Value<string>;
  }
>;

export type AuthorizationSource = {
  readonly principals: readonly Value<string>[];
  readonly requestPrincipals: readonly Value<string>[];
  readonly notRequestPrincipals: readonly Value<string>[];
  readonly namespaces: readonly Value<string>[];
  /** `<namespace>/<account>`, or the account alone for one of the policy's own namespace. */
  readonly serviceAccounts: readonly Value<string>[];
};

export type AuthorizationRule = {
  readonly place: Value<null>['place'];
  /** It has no condition: every request matches. */
  readonly isEmpty: boolean;
  /** Ports of the pods that it names, in operations and conditions. */
  readonly ports: readonly Value<string>[];
  /** Names of its fields that only HTTP has, such as `paths`. */
  readonly httpFields: readonly Value<string>[];
  /** Values in which `*` means something only as the first or the last letter, by their field. */
  readonly patterns: readonly { readonly field: string; readonly value: Value<string> }[];
  readonly sources: readonly AuthorizationSource[];
  readonly paths: readonly Value<string>[];
  readonly methods: readonly string[];
  readonly conditions: readonly {
    readonly key: string;
    readonly values: readonly Value<string>[];
  }[];
};

/** An AuthorizationPolicy. */
export type AuthorizationControl = ControlOf<
  'mesh',
  'authorization',
  {
    readonly selector: Labels | undefined;
    readonly hasTargetRefs: boolean;
    readonly action: Value<string>;
    readonly dryRun: boolean;
    readonly rules: readonly AuthorizationRule[];
  }
>;

/** A Telemetry's tracing, or a pod's own. */
export type MeshTracingControl = ControlOf<
  'mesh',
  'tracing',
  {
    readonly selector: Labels | undefined;
    /** percent; undefined when it does not say. */
    readonly sampling: Value<number> | undefined;
    readonly providers: readonly Value<string>[];
    readonly isReporting: boolean;
  }
>;

/** A Sidecar. */
export type EgressControl = ControlOf<
  'mesh',
  'egress',
  {
    readonly selector: Labels | undefined;
    /** `<namespace>/<host>`; undefined when every host is imported. */
    readonly hosts: Value<readonly string[]> | undefined;
    /** The same, each with its own place. */
    readonly entries: readonly Value<string>[];
    readonly mode: Value<string>;
  }
>;

/** A ServiceEntry. */
export type EntryControl = ControlOf<
  'mesh',
  'entry',
  {
    readonly hosts: readonly string[];
    readonly exportTo: readonly string[];
    readonly isExternal: boolean;
    readonly ports: readonly {
      readonly number: number;
      readonly protocol: string;
      readonly place: Value<null>['place'];
    }[];
    readonly resolution: string;
    /** It has addresses, written or given by the mesh, or says that the mesh gives it some. */
    readonly hasAddresses: boolean;
  }
>;

/** A Gateway API route. */
export type GatewayRouteControl = ControlOf<
  'mesh',
  'gatewayRoute',
  {
    readonly objectKind: string;
    /** Controllers, or classes, of the Gateways that are its parents; empty for one that is not known. */
    readonly controllers: readonly string[];
    readonly retry: Value<null> | undefined;
    readonly request: Value<number> | undefined;
    readonly backendRequest: Value<number> | undefined;
    readonly resilience: Value<string> | undefined;
  }
>;

/** What a mesh reads of its own objects, for its own layer and rules alone. */
export type OtherControl = ControlOf<
  'mesh',
  'other',
  {
    /** `<mesh>/<what>` */
    readonly of: string;
    readonly texts: Readonly<Record<string, Value<string>>>;
    readonly numbers: Readonly<Record<string, Value<number>>>;
  }
>;

/** Mesh-wide configuration, where the manifests hold it. */
export type MeshConfigControl = ControlOf<
  'mesh',
  'meshConfig',
  {
    /** Name to kind, such as `opentelemetry`. */
    readonly tracingProviders: Readonly<Record<string, string>>;
    readonly outboundMode: Value<string> | undefined;
    /** Hosts without addresses get some, which proxies resolve. */
    readonly allocatesAddresses: boolean;
    /** Providers of access logs for a Telemetry that names none. */
    readonly hasDefaultLogging: boolean;
    /** What a route without retries of its own does. */
    readonly retries: RouteRetries | undefined;
  }
>;
