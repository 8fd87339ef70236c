import type { DriftAcceptance } from './drift.js';
import type { JsonValue } from './json.js';
import type { OwnVariable } from './own-variable.js';
import type { ToolSource } from './tool-source.js';

/** A setting's value: durations in ms, lists, and objects of these. */
export type SettingValue =
  string | number | boolean | readonly SettingValue[] | { readonly [key: string]: SettingValue };

export type Settings = Readonly<Record<string, SettingValue>>;

/** `scaffold.yaml` as parsed and checked, before defaults: what the user wrote. */
export type RawRequest = {
  readonly version: 1;
  readonly service: {
    readonly name: string;
    readonly language?: string | undefined;
    readonly module?: string | undefined;
    readonly transport?: string | undefined;
    readonly methods?: readonly RawMethod[] | undefined;
    readonly port?: number | undefined;
    readonly healthPort?: number | undefined;
    readonly reflection?: boolean | undefined;
    readonly timeout?: number | undefined;
    readonly image?: string | undefined;
    readonly idleTimeout?: number | undefined;
    readonly shutdown?:
      { readonly delay?: number | undefined; readonly timeout?: number | undefined } | undefined;
    readonly probes?:
      { readonly live?: string | undefined; readonly ready?: string | undefined } | undefined;
    readonly adopted?: boolean | undefined;
    readonly variables?: readonly OwnVariable[] | undefined;
  };
  readonly capabilities: Readonly<Record<string, RawSettings>>;
  readonly upstreams: readonly RawUpstream[];
  readonly environments: Readonly<Record<string, RawEnvironment>>;
  /** How CI gets this tool. */
  readonly tool?: ToolSource | undefined;
  /** Findings of `check` that stay, with the reason. */
  readonly accepted?: readonly Acceptance[];
  /** Differences from the template that stay, with the reason. */
  readonly acceptedDrift?: readonly DriftAcceptance[];
};

/** A finding that somebody decided to live with. */
export type Acceptance = {
  readonly code: string;
  /** Every target when absent. */
  readonly target?: string | undefined;
  readonly reason: string;
  /** Last day on which it holds, such as 2027-03-31. */
  readonly until?: string | undefined;
};

/** Settings as written, of the declared types (durations already in ms), any of them absent. */
export type RawSettings = { readonly [key: string]: SettingValue | undefined };

/** One method of a service whose transport gives methods names. */
export type RawMethod = { readonly name: string; readonly idempotent?: boolean | undefined };

export type RawUpstream = {
  readonly name: string;
  readonly url: string;
  readonly methods?: readonly RawMethod[] | undefined;
  readonly timeout?: number | undefined;
  readonly replicas?: number | undefined;
  readonly stream?: boolean | undefined;
  readonly mesh?: { readonly owner?: 'consumer' | 'provider' | undefined } | undefined;
  /** By upstream key of a capability; false switches the capability off for this upstream. */
  readonly overrides: Readonly<Record<string, RawSettings | false>>;
};

/** What an environment changes; everything else is as in the rest of the file. */
export type RawEnvironment = {
  readonly service: Partial<Omit<RawRequest['service'], 'variables'>> & {
    /** Values by name. */
    readonly variables?: Readonly<Record<string, string | number | boolean>> | undefined;
  };
  readonly capabilities: Readonly<Record<string, RawSettings>>;
  /** By upstream name. */
  readonly upstreams: Readonly<Record<string, Partial<Omit<RawUpstream, 'name'>>>>;
};

/** A resolved request: every default filled in, every capability that another requires added. */
export type Request = {
  readonly service: {
    readonly name: string;
    readonly language: string;
    readonly module: string;
    /** Id of the transport by which it is called. */
    readonly transport: string;
    /** Those that are declared. */
    readonly methods: readonly Method[];
    readonly port: number;
    /** Port of probes over HTTP beside a service that does not speak it; undefined where there is none. */
    readonly healthPort: number | undefined;
    /** It tells callers its contract. */
    readonly reflection: boolean;
    /** Deadline of an incoming request, ms. */
    readonly timeout: number;
    readonly image: string;
    /** From the signal until no further requests are taken, ms; undefined where the file does not say. */
    readonly shutdownDelay: number | undefined;
    /** Longest wait for requests in flight, ms; of adopted services only. */
    readonly shutdownTimeout: number | undefined;
    /** Idle connections are closed after, ms; of adopted services only. */
    readonly idleTimeout: number | undefined;
    /** What is certain of how it serves: everything, unless its code was made by hand. */
    readonly knows: {
      readonly port: boolean;
      readonly live: boolean;
      readonly ready: boolean;
      /** The deadline of an incoming request. */
      readonly timeout: boolean;
      readonly idleTimeout: boolean;
      readonly shutdown: boolean;
    };
    /** Paths at which the process says that it lives, and that it takes requests. */
    readonly probes: { readonly live: string; readonly ready: string };
    readonly adopted: boolean;
    /** Environment variables of its own code. */
    readonly variables: readonly OwnVariable[];
  };
  /** In the order of their contributions. */
  readonly capabilities: ReadonlyMap<string, Settings>;
  /** The capabilities that generate something: one that is set per upstream needs an upstream where it is on. */
  readonly active: ReadonlySet<string>;
  /** Id of the mesh that the service is for; undefined when it is in none, or no setting names it. */
  readonly mesh: string | undefined;
  readonly upstreams: readonly Upstream[];
  readonly environments: readonly string[];
  /** How CI gets this tool; undefined while nobody has said so. */
  readonly tool: ToolSource | undefined;
};

/** A method by its full name, such as `/items.v1.ItemsService/GetItem`. */
export type Method = {
  readonly name: string;
  /** It may be done twice. */
  readonly idempotent: boolean;
};

export type Upstream = {
  readonly name: string;
  readonly url: string;
  readonly address: Address;
  /** Id of the transport by which it is called. */
  readonly transport: string;
  /** Those that are declared; empty for a transport whose methods are always the same. */
  readonly methods: readonly Method[];
  /** The whole call as the caller sees it, tries and back-off included, ms. */
  readonly timeout: number;
  readonly replicas: number;
  readonly stream: boolean;
  readonly owner: 'consumer' | 'provider';
  readonly namespaceRoute: NamespaceRoute;
  /** Effective settings of each capability with an upstream key that is on for this upstream. */
  readonly settings: ReadonlyMap<string, Settings>;
};

/**
 * Whose a route for the upstream is where routes hold for a whole namespace. In the namespace of the upstream such a
 * route binds every client: it is `theirs`, the upstream's owner's, if the service is there in any environment, and
 * ours only as `claimed` by `mesh.owner: consumer` in scaffold.yaml. In every other namespace it is `ours`.
 */
export type NamespaceRoute = 'ours' | 'claimed' | 'theirs';

/** Where a URL leads, seen from inside a cluster. */
export type Address = {
  /** Of a transport. */
  readonly scheme: string;
  /** The process encrypts by itself, so that no proxy reads the calls. */
  readonly isOpaque: boolean;
  readonly host: string;
  readonly port: number;
  /** Namespace of an in-cluster host, otherwise empty. */
  readonly namespace: string;
  readonly external: boolean;
};

/** A capability that nobody asked for, and why it is there. */
export type Addition = { readonly id: string; readonly because: string };

/** Something that code made by hand does, and that scaffold.yaml does not say. */
export type Undeclared = {
  /** Path of the setting that would say it; undefined where there is none. */
  readonly setting: string | undefined;
  readonly what: string;
  /** The upstream that is called; undefined for the service itself. */
  readonly upstream: string | undefined;
};

export type Resolution = {
  readonly request: Request;
  readonly added: readonly Addition[];
  /** Capabilities worth having with the chosen ones. */
  readonly suggestions: readonly Addition[];
  /** Paths of settings that still hold a placeholder, such as `jwt.issuer`. */
  readonly placeholders: readonly string[];
  /** Settings of an adopted service that only its code could tell, and that a deployment needs. */
  readonly unknown: readonly string[];
  /** All that its code does and nobody has declared. */
  readonly undeclared: readonly Undeclared[];
  /** Capabilities that generate nothing because no upstream has them on. */
  readonly idle: readonly string[];
};

/** scaffold.yaml as plain data, the form in which the lock keeps it. */
export type RequestDocument = { readonly [key: string]: JsonValue };
