import type { Value } from '../model/control.js';
import type { Edit } from '../model/finding.js';
import type { Labels, MeshAuthenticationControl, RouteControl } from '../model/mesh-control.js';
import type { Place } from '../model/control.js';
import type { CallControl } from '../model/app-control.js';
import type { WorkloadControl } from '../model/workload-control.js';
import type { Flow, MeshLayer, MeshWords } from './flow.js';
import type { Selector } from './selector.js';

/** Pods that call. */
export type Consumer = {
  readonly namespace: string | undefined;
  readonly labels: Labels | undefined;
};

/** Calls to one host, before a mesh is asked about them. */
export type Called = {
  readonly host: string;
  readonly port: number | undefined;
  readonly consumer: Consumer;
  /** Where the calls are declared, or a policy for them. */
  readonly place: Place;
};

/** A PromQL query that shows a control at work in production. */
export type ControlQuery = {
  readonly control: string;
  readonly shows: string;
  readonly query: string;
  /** What must be set up before it shows anything, where something must. */
  readonly needs?: string;
};

/** A change in the mesh's own words, and in mechanical form where that cannot do harm. */
export type Phrase = { readonly fix: string; readonly edits: readonly Edit[] };

/** How a mesh says what a rule found or wants. */
export type Dialect = {
  /** Names of a route's fields. */
  readonly fields: (route: RouteControl) => {
    readonly timeout: string;
    readonly perTryTimeout: string;
  };
  /** A route that repeats nothing. */
  readonly withoutRetries: (flow: Flow, route: RouteControl) => Phrase;
  /** Retries as they stand: `attempts: 2`, or whose default they are. */
  readonly retries: (attempts: Value<number>, route: RouteControl) => string;
};

/** A proxy that gets the signal together with its application. */
export type ProxyEnding = {
  /** How long it goes on after the signal, ms. */
  readonly after: Value<number>;
  /** The time does not hold: why, and what to do. */
  readonly ignored?: { readonly message: string; readonly fix: string };
  /** What lets it go on for so many ms. */
  readonly lasting: (ms: number) => string;
};

/** Who calls pods, and which. */
export type Admittance = {
  readonly caller: {
    readonly trustDomain: string;
    readonly namespace: string;
    readonly serviceAccount: string;
  };
  readonly pods: { readonly namespace: string | undefined; readonly labels: Labels | undefined };
};

/** What a mesh's policies for pods say of a caller. */
export type Admission = {
  readonly isLet: boolean;
  /** The policies, at least one. */
  readonly policies: readonly { readonly target: string; readonly place: Place }[];
  /** The caller, as policies name it. */
  readonly identity: string;
  readonly fix: string;
};

/** What composition rules, `explain` and `simulate` ask of a mesh. Pure. */
export type MeshSource = {
  readonly id: string;
  /** As people write it. */
  readonly title: string;
  readonly words: MeshWords;
  /**
   * True when something in the manifests is for this mesh only. Where that holds of one mesh and not of another, the
   * other is left out; absent for a mesh that nothing shows.
   */
  readonly isMeant?: (all: Selector) => boolean;
  /** What it does to calls; undefined where none of its objects acts on them. */
  readonly layerOf: (called: Called, all: Selector) => MeshLayer | undefined;
  /** Its layer where no mesh says anything of calls; absent for one that acts on nothing by itself. */
  readonly assumedLayerOf?: (called: Called, all: Selector) => MeshLayer;
  /** Calls that nobody declared and that its objects have policy for. */
  readonly furtherCalls: (declared: ReadonlySet<string>, all: Selector) => readonly FurtherCall[];
  /** True when its configuration says what happens to calls without a route. */
  readonly saysDefaults: (all: Selector) => boolean;
  /** True when a request without a token is refused where tokens are checked. */
  readonly requiresToken: (control: MeshAuthenticationControl, all: Selector) => boolean;
  /** Whether its proxy surely is, or is not, beside a workload; undefined where nothing says it. */
  readonly hasProxy?: (workload: WorkloadControl, all: Selector) => boolean | undefined;
  /** Undefined for a workload without a proxy, or with one that ends after its application. */
  readonly ending?: (workload: WorkloadControl, all: Selector) => ProxyEnding | undefined;
  /** Undefined where no policy of the mesh decides on callers of the pods, or nothing is known of it. */
  readonly admission?: (asked: Admittance, all: Selector) => Admission | undefined;
  readonly queries: (flow: Flow) => readonly ControlQuery[];
  readonly say: Dialect;
};

export type FurtherCall = {
  readonly host: string;
  readonly consumer: Consumer;
  readonly layer: MeshLayer;
};

/** The call as it is declared. */
export function calledBy(call: CallControl, labels: Labels | undefined): Called {
  const { host, port } = call.values;
  return { host, port, consumer: { namespace: call.namespace, labels }, place: call.place };
}
