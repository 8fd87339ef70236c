import { checkPeerAuthentication, checkRequestAuthentication } from './checks/authentication.js';
import { checkAuthorizationPolicy } from './checks/authorization-policy.js';
import { checkDestinationRule } from './checks/destination-rule.js';
import {
  checkDeployment,
  checkHorizontalPodAutoscaler,
  checkPodDisruptionBudget,
  checkService,
} from './checks/kubernetes.js';
import { checkServiceEntry } from './checks/service-entry.js';
import { checkSidecar } from './checks/sidecar.js';
import { checkTelemetry } from './checks/telemetry.js';
import { checkVirtualService } from './checks/virtual-service.js';
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
