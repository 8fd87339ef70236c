import type { Value } from '../model/control.js';
import type { Labels, RouteControl, TrafficPolicyControl } from '../model/mesh-control.js';
import type {
  AppRetriesControl,
  BreakerControl,
  CallControl,
  LoadControl,
} from '../model/app-control.js';
import type { FailureClass, RequestKind, Transport } from '../transports/transport.js';

/** What one mesh does to calls. Precedence between its objects, and its defaults, end here. */
export type MeshLayer = {
  /**
   * Where it acts: in a sidecar of the caller, in a gateway at the edge, or in a proxy before the upstream that all
   * callers share. `nothing`: no proxy on the way reads requests.
   */
  readonly through: 'sidecar' | 'gateway' | 'shared' | 'nothing';
  /** What calls pass on the way, in order, for people; absent where a sidecar or a gateway is all. */
  readonly stations?: readonly string[];
  /** What people call the proxy that reads requests; absent for a sidecar. */
  readonly proxy?: string;
  /** What each kind of request meets, in order; empty means the mesh's own defaults. */
  readonly routes: readonly RouteControl[];
  /** What holds for calls that no route takes. */
  readonly defaultRoute: RouteControl;
  /** Levels of the one policy that holds: pools, ejection, retry budgets. */
  readonly policies: readonly TrafficPolicyControl[];
  /** The level that holds for the calls. */
  readonly policy: TrafficPolicyControl | undefined;
  /** Limit of a connect where no policy sets one, ms; absent means `DEFAULT_CONNECT_TIMEOUT`. */
  readonly connectTimeout?: Value<number>;
  /** How long a call waits while no replica may be asked, ms; absent means not at all. */
  readonly failFast?: Value<number>;
  /** Statuses by which the proxy shows failures without an answer, where they are not the transport's usual ones. */
  readonly shows?: Readonly<Partial<Record<FailureClass, number>>>;
};

/** What a mesh calls the fields that hold for all of its calls: plain data, so that a page can take it with it. */
export type MeshWords = {
  /** Requests at once; empty, as the following, where the mesh limits none. */
  readonly maxRequests: string;
  /** Retries at once. */
  readonly maxRetries: string;
  /** Errors in a row that eject. */
  readonly errorsInRow: string;
  /** Share of the replicas that may be ejected; empty where nothing limits it. */
  readonly mostEjected: string;
  /** Share of healthy replicas below which ejection is ignored; empty where it never is. */
  readonly leastHealthy: string;
  readonly retryOn: string;
  readonly perTryTimeout: string;
  /** How often a call is made, and whether the first try is counted. */
  readonly tries: string;
  readonly countsFirst: boolean;
  /** What says that nothing is repeated, where no number does. */
  readonly noRetries?: string;
  /**
   * Word of the status in headers with which its proxy answers a call that a limit of its own ends, where the
   * transport has such words; absent means deadline-exceeded.
   */
  readonly lateWord?: string;
};

/** Calls to one host, seen from one namespace, with everything that acts on them. */
export type Flow = MeshLayer & {
  /** The upstream's name, or the host. */
  readonly name: string;
  readonly host: string;
  readonly port: number | undefined;
  /** The mesh that acts on them. */
  readonly mesh: { readonly id: string; readonly title: string; readonly words: MeshWords };
  readonly namespace: string | undefined;
  /** How the upstream is called. */
  readonly transport: Transport;
  /** How the service that calls is called itself. */
  readonly ownTransport: Transport;
  /** Kinds of request that the calls consist of. */
  readonly requests: readonly RequestKind[];
  /** Absent when no application is known that makes the calls. */
  readonly call: CallControl | undefined;
  readonly retries: AppRetriesControl | undefined;
  readonly breaker: BreakerControl | undefined;
  readonly load: LoadControl | undefined;
  /** Labels of the calling pods; undefined when nobody says. */
  readonly labels: Labels | undefined;
  /** Endpoints of the host; undefined when nobody says. */
  readonly replicas: Value<number> | undefined;
};
