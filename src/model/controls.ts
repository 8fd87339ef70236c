import type { AppControl } from './app-control.js';
import type {
  AuthorizationControl,
  EgressControl,
  EntryControl,
  GatewayRouteControl,
  MeshAuthenticationControl,
  MeshConfigControl,
  MeshTracingControl,
  MtlsControl,
  OtherControl,
  RouteControl,
  TrafficPolicyControl,
} from './mesh-control.js';
import type { ExtentControl, InvalidControl, RepeatedControl } from './extent-control.js';
import type { ObjectsControl } from './objects-control.js';
import type {
  NetworkPolicyControl,
  ProxyPatchControl,
  SelectionControl,
  TelemetryProviderControl,
} from './selection-control.js';
import type {
  DisruptionControl,
  NamespaceControl,
  PodControl,
  ScaleControl,
  ServiceControl,
  WorkloadControl,
} from './workload-control.js';

export type MeshControl =
  | RouteControl
  | TrafficPolicyControl
  | MtlsControl
  | MeshAuthenticationControl
  | AuthorizationControl
  | MeshTracingControl
  | EgressControl
  | EntryControl
  | ProxyPatchControl
  | NetworkPolicyControl
  | SelectionControl
  | TelemetryProviderControl
  | GatewayRouteControl
  | MeshConfigControl
  | ExtentControl
  | ObjectsControl
  | RepeatedControl
  | OtherControl
  | InvalidControl
  | WorkloadControl
  | PodControl
  | NamespaceControl
  | ServiceControl
  | DisruptionControl
  | ScaleControl;

/** One policy of either layer. */
export type Control = AppControl | MeshControl;

/** `app/retries`, `mesh/route`: how rules name what they read. */
export type ControlKey = Control extends infer C
  ? C extends Control
    ? `${C['layer']}/${C['kind']}`
    : never
  : never;

export type ControlAt<K extends ControlKey> = Extract<
  Control,
  K extends `${infer L}/${infer N}` ? { readonly layer: L; readonly kind: N } : never
>;

/** The controls of one kind. */
export function select<K extends ControlKey>(
  controls: readonly Control[],
  key: K,
): readonly ControlAt<K>[] {
  return controls.filter(
    (control): control is ControlAt<K> => `${control.layer}/${control.kind}` === key,
  );
}
