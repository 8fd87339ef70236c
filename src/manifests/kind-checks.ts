import {
  checkPeerAuthentication,
  checkRequestAuthentication,
} from '../meshes/istio/checks/authentication.js';
import { checkAuthorizationPolicy } from '../meshes/istio/checks/authorization-policy.js';
import { checkDestinationRule } from '../meshes/istio/checks/destination-rule.js';
import {
  checkDeployment,
  checkHorizontalPodAutoscaler,
  checkPodDisruptionBudget,
  checkService,
} from '../meshes/kubernetes/checks/kubernetes.js';
import { checkServiceEntry } from '../meshes/istio/checks/service-entry.js';
import { checkSidecar } from '../meshes/istio/checks/sidecar.js';
import { checkTelemetry } from '../meshes/istio/checks/telemetry.js';
import { checkVirtualService } from '../meshes/istio/checks/virtual-service.js';
import type { ManifestObject, Problem } from './manifest-file.js';

/** What a schema cannot say, by kind. */
export const kindChecks: Readonly<Record<string, (object: ManifestObject) => Iterable<Problem>>> = {
  AuthorizationPolicy: checkAuthorizationPolicy,
  Deployment: checkDeployment,
  DestinationRule: checkDestinationRule,
  HorizontalPodAutoscaler: checkHorizontalPodAutoscaler,
  PeerAuthentication: checkPeerAuthentication,
  PodDisruptionBudget: checkPodDisruptionBudget,
  RequestAuthentication: checkRequestAuthentication,
  Service: checkService,
  ServiceEntry: checkServiceEntry,
  Sidecar: checkSidecar,
  Telemetry: checkTelemetry,
  VirtualService: checkVirtualService,
};
