import type { ControlOf, Value } from './control.js';
import type { Labels } from './mesh-control.js';

/** The part of a Deployment (StatefulSet, DaemonSet, Rollout) that the mesh and the shutdown depend on. */
export type WorkloadControl = ControlOf<
  'mesh',
  'workload',
  {
    readonly name: string;
    readonly labels: Labels;
    readonly serviceAccount: Value<string>;
    /** The pods get a sidecar beside the application, as far as the manifests say. */
    readonly isInjected: boolean;
    /** The manifests say that they get none. */
    readonly isLeftOut: boolean;
    readonly isAmbient: boolean;
    /** Undefined when an annotation does not say and the nodes decide. */
    readonly isNative: boolean | undefined;
    /** Undefined where nodes decide, as for a DaemonSet. */
    readonly replicas: Value<number> | undefined;
    /** ms */
    readonly gracePeriod: Value<number>;
    /** Pause before the signal, ms. */
    readonly preStop: Value<number>;
    /** A hook of its own runs before the signal, and nobody can tell how long it takes. */
    readonly hasOpaqueHook: boolean;
    readonly runAsUsers: readonly Value<number>[];
    readonly variables: ReadonlyMap<string, Value<string>>;
    /** Some variables come from where nobody can look, such as a Secret. */
    readonly hasHiddenVariables: boolean;
    /** Ports that the kubelet's probes meet, by number. */
    readonly probePorts: readonly number[];
    readonly proxy: ProxyValues;
    readonly metrics: {
      readonly scrape: Value<string> | undefined;
      readonly port: Value<string> | undefined;
      /** The proxy serves the application's metrics with its own. */
      readonly isMerged: Value<boolean>;
    };
  }
>;

/** Settings of the proxy, from annotations and their Istio defaults. */
export type ProxyValues = {
  readonly holdApplication: Value<boolean>;
  /** ms */
  readonly terminationDrain: Value<number>;
  /** ms */
  readonly drain: Value<number>;
  readonly exitsOnZeroConnections: Value<boolean>;
  /** percent; undefined when the pod does not say. */
  readonly sampling: Value<number> | undefined;
  /** A gRPC time-out is DEADLINE_EXCEEDED, not UNAVAILABLE. */
  readonly grpcTimeoutIsDeadline: Value<boolean>;
  readonly rewritesProbes: Value<boolean>;
  /** Which of the four resource annotations are set. */
  readonly resources: Value<readonly string[]>;
  readonly excludedOutboundPorts: Value<readonly number[]>;
};

/** A Service. */
export type ServiceControl = ControlOf<
  'mesh',
  'service',
  {
    readonly host: string;
    readonly selector: Labels;
    readonly ports: readonly {
      readonly number: number;
      readonly name: Value<string>;
      readonly appProtocol: Value<string> | undefined;
      readonly protocol: string;
      readonly place: Value<null>['place'];
    }[];
  }
>;

/** A PodDisruptionBudget. */
export type DisruptionControl = ControlOf<
  'mesh',
  'disruption',
  {
    readonly selector: Labels;
    /** A count, or text with a percent sign. */
    readonly minAvailable: Value<string> | undefined;
    readonly maxUnavailable: Value<string> | undefined;
  }
>;

/** A HorizontalPodAutoscaler. */
export type ScaleControl = ControlOf<
  'mesh',
  'scale',
  { readonly workload: string; readonly minReplicas: Value<number> }
>;
