import type { ContractReading } from './contract.js';
import type { ControlOf, Value } from './control.js';
import type { Method, Undeclared } from './request.js';

/** One upstream that the application calls. */
export type CallControl = ControlOf<
  'app',
  'call',
  {
    readonly url: Value<string>;
    readonly host: string;
    readonly port: number;
    /** Of a transport. */
    readonly scheme: string;
    readonly external: boolean;
    /** Methods that scaffold.yaml declares for it; absent where it declares none. */
    readonly methods?: readonly Method[];
    /** Whole call, tries and pauses included, ms; 0 means none. */
    readonly timeout: Value<number>;
    readonly replicas: Value<number>;
    readonly stream: boolean;
    /** Who emits the mesh policy for it. */
    readonly owner: Value<'consumer' | 'provider'>;
  }
>;

export type AppRetriesControl = ControlOf<
  'app',
  'retries',
  {
    /** The first try included. */
    readonly tries: Value<number>;
    /** ms */
    readonly perTryTimeout: Value<number>;
    readonly backoffInitial: Value<number>;
    readonly backoffMax: Value<number>;
    /** Failure classes that are repeated: words and status codes. */
    readonly on: Value<readonly string[]>;
    /** Repeats as a share of the calls, 0 to 1; undefined when nobody limits them. */
    readonly budget: Value<number> | undefined;
  }
>;

export type BreakerControl = ControlOf<
  'app',
  'circuitBreaker',
  {
    readonly failureRatio: Value<number>;
    readonly minimumRequests: Value<number>;
    /** ms */
    readonly window: Value<number>;
    /** ms */
    readonly openFor: Value<number>;
    readonly halfOpenRequests: Value<number>;
    /** Failure classes that it counts beyond 5xx and time-outs; undefined when nobody says. */
    readonly counts: Value<readonly string[]> | undefined;
  }
>;

export type AppAuthenticationControl = ControlOf<
  'app',
  'authentication',
  {
    readonly issuer: Value<string>;
    readonly audiences: Value<readonly string[]>;
    readonly jwksUri: Value<string>;
    /** ms */
    readonly leeway: Value<number>;
    readonly anonymousPaths: Value<readonly string[]>;
    /** ms that keys are kept; undefined when nobody says. */
    readonly cacheFor: Value<number> | undefined;
    /** Tokens of machines may lack `sub`. */
    readonly subjectOptional: Value<boolean> | undefined;
    /** Whether a token without `exp` is refused. */
    readonly needsExpiry: Value<boolean> | undefined;
  }
>;

export type AppTracingControl = ControlOf<
  'app',
  'tracing',
  {
    readonly endpoint: Value<string>;
    readonly propagators: Value<readonly string[]>;
    /** Whether x-request-id goes on to upstreams; undefined when nobody says. */
    readonly forwardsRequestId: Value<boolean> | undefined;
  }
>;

/** What is known of the traffic to one upstream; each of them only when somebody declared it. */
export type LoadControl = ControlOf<
  'app',
  'load',
  {
    /** Requests a second of one pod at the peak. */
    readonly peakRate: Value<number> | undefined;
    /** 99th percentile, ms. */
    readonly latency: Value<number> | undefined;
    readonly bodyBytes: Value<number> | undefined;
    /** Request headers that the application sets for the proxy. */
    readonly headers: Value<readonly string[]> | undefined;
    /** Server errors that the upstream answers on purpose, so that repeating is useless. */
    readonly serverErrors: Value<readonly string[]> | undefined;
  }
>;

/** The process as a server. Undefined is what only code that was made by hand could say, and nobody declared. */
export type ServerControl = ControlOf<
  'app',
  'server',
  {
    readonly host: string;
    /** Id of the transport by which it is called. */
    readonly transport: string;
    readonly methods: readonly Method[];
    readonly port: Value<number>;
    /** Deadline of an incoming request, ms. */
    readonly timeout: Value<number> | undefined;
    /** Connections to one upstream. */
    readonly connections: Value<number> | undefined;
  }
>;

/** When the process closes connections that nobody uses. */
export type IdlingControl = ControlOf<
  'app',
  'idling',
  {
    /** ms */
    readonly idleTimeout: Value<number>;
  }
>;

/** How the process ends. */
export type StoppingControl = ControlOf<
  'app',
  'stopping',
  {
    /** From the signal until no further requests are taken, ms. */
    readonly shutdownDelay: Value<number>;
    /** Longest wait for requests in flight, ms. */
    readonly shutdownTimeout: Value<number>;
  }
>;

/** The service's place in the mesh. */
export type IdentityControl = ControlOf<
  'app',
  'meshIdentity',
  {
    /** Id of the mesh that the service is for; empty where no setting says it. */
    readonly mesh: string;
    readonly namespace: Value<string>;
    readonly trustDomain: Value<string>;
    readonly replicas: Value<number>;
    readonly callers: readonly {
      readonly namespace: string;
      readonly serviceAccount: string;
      readonly place: Value<string>['place'];
    }[];
    readonly observed: boolean;
  }
>;

/** Hosts that the process contacts besides its upstreams. */
export type ContactControl = ControlOf<
  'app',
  'contact',
  {
    readonly host: string;
    readonly port: number;
    readonly external: boolean;
    /** The sidecar must not carry it. */
    readonly bypass: boolean;
  }
>;

/** A setting that still holds a stand-in, or one that nobody has declared and that cannot be guessed. */
export type PlaceholderControl = ControlOf<
  'app',
  'placeholder',
  { readonly setting: string; readonly isUnknown?: boolean }
>;

/** A method that scaffold.yaml declares, of the service or of the upstream that is its target. */
export type MethodControl = ControlOf<
  'app',
  'method',
  Method & { readonly of: 'service' | 'upstream' }
>;

/** A file in which services declare their methods. */
export type ContractControl = ControlOf<'app', 'contract', ContractReading>;

/** What code made by hand does, and scaffold.yaml does not say. */
export type UndeclaredControl = ControlOf<'app', 'undeclared', Undeclared>;

export type AppControl =
  | CallControl
  | AppRetriesControl
  | BreakerControl
  | AppAuthenticationControl
  | AppTracingControl
  | LoadControl
  | ServerControl
  | IdlingControl
  | StoppingControl
  | UndeclaredControl
  | IdentityControl
  | ContactControl
  | ContractControl
  | MethodControl
  | PlaceholderControl;
