import type { SettingValue } from './request.js';

/**
 * The values that templates see.
 * Durations are strings such as `950ms`, since every language and manifest reads them so.
 */
export type RenderContext = {
  readonly service: ServiceValues;
  readonly has: Readonly<Record<string, boolean>>;
  readonly hasUpstreams: boolean;
  /** By id of a transport: the service is called by it. */
  readonly serves: Readonly<Record<string, boolean>>;
  /** By id of a transport: one upstream at least is called by it. */
  readonly calls: Readonly<Record<string, boolean>>;
  /** By id of a transport: one of both. */
  readonly uses: Readonly<Record<string, boolean>>;
  readonly settings: Readonly<Record<string, PresentedSettings>>;
  readonly upstreams: readonly UpstreamValues[];
  /** The upstream that a file with `each: upstreams` is rendered for. */
  readonly upstream?: UpstreamValues;
  readonly policy: ServicePolicyValues;
  /** Every environment variable of the process, in the order of the reference. */
  readonly variables: readonly VariableValues[];
  /** What scaffold.yaml declares for the service's own code. */
  readonly own: OwnVariablesValues;
  /** The container has variables, these or what a slot adds. */
  readonly hasEnvironment: boolean;
  /** Those of each capability in use, without those of upstreams. */
  readonly variablesOf: Readonly<Record<string, readonly VariableValues[]>>;
  /** Absent when the service is in no mesh. */
  readonly mesh?: MeshValues;
  /** What the mesh's own manifests print, in its words; templates of that mesh alone ask for it. */
  readonly emitted: Emitted;
  /** Hosts that the process contacts besides its upstreams, sorted, each once. */
  readonly egress: readonly EgressValues[];
  readonly placeholders: readonly string[];
  /** Dependency lists recorded from the language's own tool, by list name. */
  readonly recorded: Readonly<Record<string, readonly string[]>>;
  /** Exact direct dependencies of the language, sorted by name. */
  /** Of the process, as Kubernetes quantities. */
  readonly memory: { readonly request: string; readonly limit: string };
  readonly dependencies: readonly DependencyValues[];
  readonly devDependencies: readonly DependencyValues[];
  readonly environments: readonly string[];
  /** Capabilities in use, in their order. */
  readonly capabilities: readonly CapabilityValues[];
  /** This tool, and where CI gets it from. */
  readonly tool: ToolValues;
};

export type ToolValues = {
  readonly name: string;
  readonly version: string;
  /** scaffold.yaml says where CI gets it from. */
  readonly pinned: boolean;
  /** It comes as a package, which `.scaffold/tool` installs. */
  readonly packed: boolean;
  /** It is built from a git commit. */
  readonly built: boolean;
  /** How CI starts it from the top of the repository; without a source, how people do. */
  readonly command: string;
  /** The dependency in `.scaffold/tool/package.json`, or empty. */
  readonly spec: string;
  /** What the lock beside it says of the package before its integrity. */
  readonly entry: readonly { readonly key: string; readonly value: string }[];
  /** Its sha512 in npm's form, or empty. */
  readonly integrity: string;
  /** Of a git source, or empty. */
  readonly url: string;
  readonly commit: string;
};

export type PresentedSettings = Readonly<Record<string, SettingValue>>;

export type ServiceValues = {
  readonly name: string;
  readonly goName: string;
  readonly constName: string;
  readonly language: string;
  readonly module: string;
  readonly port: number;
  readonly timeout: string;
  readonly image: string;
  /** The image without its tag and digest, and the registry that holds it; empty for a placeholder. */
  readonly repository: string;
  readonly registry: string;
  /** Id of the transport by which it is called. */
  readonly transport: string;
  /** Second port, where probes over HTTP are answered; 0 where there is none. */
  readonly healthPort: number;
  /** It tells callers its contract. */
  readonly reflection: boolean;
  /** Name of the port that probes over HTTP ask. */
  readonly probePort: string;
  /** Probes ask by the transport of the service, which has a method for them, and not over HTTP. */
  readonly probedByCall: boolean;
  readonly probes: { readonly live: string; readonly ready: string };
  /** Its code was made by hand: only what scaffold.yaml declares is known of how it serves. */
  readonly adopted: boolean;
  readonly knows: {
    readonly port: boolean;
    readonly idleTimeout: boolean;
    readonly shutdown: boolean;
  };
  /** Both the path and the port are known. */
  readonly probed: { readonly live: boolean; readonly ready: boolean };
};

export type UpstreamValues = {
  readonly name: string;
  readonly goName: string;
  readonly camelName: string;
  readonly constName: string;
  readonly url: string;
  readonly scheme: string;
  /** By id of a transport: it is called by it. */
  readonly over: Readonly<Record<string, boolean>>;
  readonly host: string;
  readonly port: number;
  readonly namespace: string;
  readonly external: boolean;
  /** The application speaks TLS itself, so that the mesh sees bytes only. */
  readonly opaque: boolean;
  readonly timeout: string;
  readonly replicas: number;
  readonly stream: boolean;
  /** True when its mesh policy is emitted here. */
  readonly ownedHere: boolean;
  /** True when its routes and limits are emitted here. */
  readonly policed: boolean;
  /** What the mesh's own manifests print about it, in its words. */
  readonly emitted: Emitted;
  readonly has: Readonly<Record<string, boolean>>;
  readonly settings: Readonly<Record<string, PresentedSettings>>;
  readonly policy: UpstreamPolicyValues;
  readonly variables: readonly VariableValues[];
};

export type UpstreamPolicyValues = {
  readonly repeated: boolean;
  readonly appTries: number;
  readonly perTryTimeout: string;
};

export type ServicePolicyValues = {
  readonly requestTimeout: string;
  readonly readTimeout: string;
  readonly readHeaderTimeout: string;
  readonly writeTimeout: string;
  readonly idleTimeout: string;
  readonly meshIdleTimeout: string;
  readonly preStopSeconds: number;
  readonly shutdownDelay: string;
  /** What the manifests ask for beside preStop; empty when that is nothing. */
  readonly podShutdownDelay: string;
  readonly shutdownTimeout: string;
  readonly gracePeriodSeconds: number;
  readonly appConnections: number;
};

export type VariableValues = {
  readonly name: string;
  /** What the code takes when the environment does not say. */
  readonly value: string;
  /** What the Deployment sets: mostly the same. */
  readonly deployed: string;
  readonly doc: string;
  readonly unit: string;
  /** Where it is set in scaffold.yaml, such as `capabilities.jwt.issuer`. */
  readonly source: string;
  /** The upstream it belongs to, or empty. */
  readonly upstream: string;
  /** The capability it belongs to, or empty. */
  readonly capability: string;
};

export type OwnVariablesValues = {
  readonly variables: readonly OwnVariableValues[];
  /** By type: one variable at least is read as it. */
  readonly types: Readonly<Record<string, boolean>>;
  /** One at least has no default, so that the process does not start unless it is set. */
  readonly required: boolean;
};

export type OwnVariableValues = {
  readonly name: string;
  readonly goName: string;
  readonly camelName: string;
  readonly doc: string;
  /** By type: it is read as it. A variable from a Secret is a `secret`. */
  readonly is: Readonly<Record<string, boolean>>;
  readonly required: boolean;
  /** Its default as the environment would say it, or empty. */
  readonly default: string;
  /** A value that it can have. */
  readonly sample: string;
  /** An environment sets it to `value`. */
  readonly isSet: boolean;
  readonly value: string;
  /** The Secret or the ConfigMap that holds it, or empty, and the key there. */
  readonly secret: string;
  readonly configMap: string;
  readonly key: string;
};

export type EgressValues = {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly protocol: string;
  readonly namespace: string;
  readonly external: boolean;
  /** The sidecar must not carry it. */
  readonly bypass: boolean;
};

/** The service's place in its mesh. */
export type MeshValues = {
  readonly namespace: string;
  /** The service's own name in the cluster. */
  readonly host: string;
  /** More than one replica, so that some of them can be spared. */
  readonly scaled: boolean;
  readonly maxReplicas: number;
  /** Policies are tried, not enforced. */
  readonly observed: boolean;
  /** Name of the mesh, as people write it; empty where the declaration names none. */
  readonly title: string;
};

/** Texts, numbers, truths, and lists and maps of these: what templates print. */
export type EmittedValue =
  string | number | boolean | readonly EmittedValue[] | { readonly [key: string]: EmittedValue };

/** Values in a mesh's own words. */
export type Emitted = { readonly [key: string]: EmittedValue };

export type DependencyValues = { readonly name: string; readonly version: string };

export type CapabilityValues = {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
};
