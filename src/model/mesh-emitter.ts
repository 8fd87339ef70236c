import type { ServicePolicy, UpstreamPolicy } from './coherent-policy.js';
import type { EgressValues, Emitted } from './context.js';
import type { Settings, Upstream } from './request.js';

/**
 * What a service wants of its mesh, in numbers and names that hold for every mesh. Durations are in ms, shares in
 * percent.
 */
export type MeshIntent = {
  /** Name of the service, and of its service account. */
  readonly service: string;
  readonly place: MeshPlace;
  /** Issuer of the tokens of users; undefined where the service knows no users. */
  readonly issuer: string | undefined;
  readonly openPaths: OpenPaths;
  /** How the service is called. */
  readonly served: Served;
  readonly policy: ServicePolicy;
  readonly upstreams: readonly UpstreamIntent[];
  /** Hosts that the process contacts besides its upstreams. */
  readonly egress: readonly EgressValues[];
  /** All settings of the capability that puts the service into the mesh, for what only one mesh knows. */
  readonly settings: Settings;
};

export type Served = {
  /** Ports that it listens on. */
  readonly ports: readonly number[];
  /** Id of the transport. */
  readonly transport: string;
  /** Names of declared methods; empty where none are, or where they are always the same. */
  readonly methods: readonly string[];
  /** Methods by which it says that it takes requests; empty where it does so at paths. */
  readonly healthMethods: readonly string[];
};

export type MeshPlace = {
  readonly namespace: string;
  readonly trustDomain: string;
  /** Fewest replicas. */
  readonly replicas: number;
  /** Who may call; none means every authenticated user, or without users the own namespace. */
  readonly callers: readonly MeshCaller[];
  /** Policies are tried, not enforced. */
  readonly observed: boolean;
};

/** Exact paths that GET reaches whoever asks, each once. */
export type OpenPaths = {
  /** What the kubelet asks, as far as it is known. */
  readonly probes: readonly string[];
  /** The further ones for which a user needs no token. */
  readonly anonymous: readonly string[];
};

export type MeshCaller = {
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Its calls must carry an authenticated user as well. */
  readonly users: boolean;
};

export type UpstreamIntent = {
  readonly upstream: Upstream;
  readonly policy: UpstreamPolicy;
  /** The service emits the mesh's policy for it. */
  readonly policed: boolean;
};

/** Something that the declaration asks for and the mesh cannot express. */
export type Unsaid = {
  /** What it is, in a few words: `retries of unsafe methods`. */
  readonly control: string;
  /** Name of the upstream that it is about, or of the service. */
  readonly target: string;
  /** Why not, as the end of a sentence: `a Route has one limit for all methods`. */
  readonly reason: string;
  /** What to do, or what holds instead: a sentence. */
  readonly instead: string;
};

/** The same, with the name of the mesh as people write it. */
export type UnsaidControl = Unsaid & { readonly mesh: string };

/** As people read it: what the mesh does not do, why, and what holds instead. */
export function describeUnsaid({ mesh, control, target, reason, instead }: UnsaidControl): string {
  return `${mesh} cannot express ${control} (${target}): ${reason}. ${instead}`;
}

/** What one service gets of a mesh. */
export type Emission = {
  /** What templates see as `emitted`. */
  readonly service: Emitted;
  /** What they see as `upstream.emitted`, by the upstream's name. */
  readonly upstreams: ReadonlyMap<string, Emitted>;
  readonly unsaid: readonly Unsaid[];
};

/** A mesh that services are generated for: neutral intent in, the mesh's words out. Pure. */
export type MeshEmitter = {
  readonly id: string;
  /** As people write it. */
  readonly title: string;
  /** Ids of the transports that it has words for; absent means the usual one. */
  readonly transports?: readonly string[];
  readonly emit: (intent: MeshIntent) => Emission;
  /** True where its routes hold for a whole namespace, so that one in the upstream's is left to its owner; absent: never. */
  readonly bindsNamespaces?: (settings: Settings) => boolean;
  /**
   * Settings that exclude each other; absent where none do.
   *
   * @param nameOf a setting as it is written in full: `waypoint` to `<capability>.waypoint`
   */
  readonly refuse?: (
    intent: MeshIntent,
    nameOf: (setting: string) => string,
  ) => Refusal | undefined;
};

/** Why settings cannot be together, and what to write instead: sentences. */
export type Refusal = { readonly message: string; readonly hint: string };
