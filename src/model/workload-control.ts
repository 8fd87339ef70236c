import type { ControlOf, Value } from './control.js';
import type { Labels } from './mesh-control.js';

/** What the mesh and the shutdown depend on in pods of one template. */
export type PodValues = {
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
  /** A setting of the application or of another container speaks of draining: it may go on after the signal. */
  readonly mayDrain: boolean;
  /** No container has an image: a part of a workload that is laid over another. */
  readonly isPartial: boolean;
  /** Ports that the containers name, which need not be all. */
  readonly containerPorts: readonly { readonly number: number; readonly name: string }[];
  /** Ports whose incoming traffic passes the proxy by. */
  readonly excludedInboundPorts: Value<readonly number[]>;
  readonly runAsUsers: readonly Value<number>[];
  readonly variables: ReadonlyMap<string, Value<string>>;
  /** Some variables come from where nobody can look, such as a Secret. */
  readonly hasHiddenVariables: boolean;
  /** Ports that the kubelet's probes meet, by number. */
  readonly probePorts: readonly number[];
  /** Those that a probe asks by gRPC, so that nothing else is spoken there. */
  readonly grpcPorts: readonly number[];
  readonly proxy: ProxyValues;
  readonly metrics: {
    readonly scrape: Value<string> | undefined;
    readonly port: Value<string> | undefined;
    /** The proxy serves the application's metrics with its own. */
    readonly isMerged: Value<boolean>;
  };
};

/** A Deployment, StatefulSet, DaemonSet or Rollout. */
export type WorkloadControl = ControlOf<'mesh', 'workload', PodValues>;

/** Pods that serve nothing for long or that nobody replaces: a Job, a CronJob, a Pod by itself. */
export type PodControl = ControlOf<
  'mesh',
  'pod',
  PodValues & {
    /** They end by themselves. */
    readonly isOnce: boolean;
    /** Something in them ends the proxy. */
    readonly endsProxy: boolean;
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

/** A Namespace: its labels decide whether its pods are in a mesh. */
export type NamespaceControl = ControlOf<
  'mesh',
  'namespace',
  { readonly labels: Readonly<Record<string, Value<string>>> }
>;

/** A Service. */
export type ServiceControl = ControlOf<
  'mesh',
  'service',
  {
    readonly host: string;
    /** Its own labels. */
    readonly labels: Labels;
    readonly selector: Labels;
    readonly ports: readonly {
      readonly number: number;
      readonly name: Value<string>;
      readonly appProtocol: Value<string> | undefined;
      readonly protocol: string;
      /** Port of the pods, by number or name; its own number where it does not say. */
      readonly targetPort: Value<string>;
      readonly place: Value<null>['place'];
    }[];
    /** `ExternalName`: a name for a host elsewhere. */
    readonly type: string;
    readonly isHeadless: boolean;
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

/** What sets the replicas of a workload in its place: a HorizontalPodAutoscaler or its like. */
export type ScaleControl = ControlOf<
  'mesh',
  'scale',
  {
    readonly workload: string;
    /** Undefined where what decides is not in the manifests, as with one that scales to zero. */
    readonly minReplicas: Value<number> | undefined;
  }
>;
