import type { ControlOf, Value } from './control.js';
import type { Labels } from './mesh-control.js';

/** Which pods an object of the mesh is for. */
export type SelectionControl = ControlOf<
  'mesh',
  'selection',
  {
    readonly objectKind: string;
    readonly selector: Labels | undefined;
    readonly hasTargetRefs: boolean;
  }
>;

/** One change of what proxies are configured with, past the objects of the mesh. */
export type ProxyPatchControl = ControlOf<
  'mesh',
  'proxyPatch',
  {
    readonly selector: Labels | undefined;
    readonly applyTo: string;
    readonly operation: Value<string>;
    /** 0 where none is written: in the order of age. */
    readonly priority: number;
    /** The match names the filter that the operation is relative to. */
    readonly hasAnchor: boolean;
    readonly hasProxyVersion: boolean;
    /** What it adds or is about: the name of a filter. */
    readonly name: string;
    /** Keys anywhere in what it writes. */
    readonly keys: readonly string[];
    /** Protobuf types that it writes. */
    readonly types: readonly Value<string>[];
  }
>;

/** An entry of a Telemetry that names providers, or leaves them to the mesh. */
export type TelemetryProviderControl = ControlOf<
  'mesh',
  'telemetryProvider',
  {
    readonly section: 'tracing' | 'metrics' | 'accessLogging';
    readonly providers: readonly Value<string>[];
    readonly isDisabled: boolean;
  }
>;

/** A NetworkPolicy. Its rules add to those of others for the same pods. */
export type NetworkPolicyControl = ControlOf<
  'mesh',
  'networkPolicy',
  {
    /** Undefined where it selects by expressions. */
    readonly selector: Labels | undefined;
    /** Ports by which something is let through, each direction; undefined where it does not restrict it. */
    readonly ingress: readonly PortRange[] | undefined;
    readonly egress: readonly PortRange[] | undefined;
  }
>;

export type PortRange = { readonly from: number; readonly to: number };
