import type {
  AuthorizationControl,
  MeshAuthenticationControl,
} from '../../../model/mesh-control.js';
import { isSelected, sharesNamespace } from '../../../flow/selection.js';
import type { Rule } from '../../../rules/rule.js';

export const ambientL7Selector: Rule = {
  code: 'AMBIENT_L7_SELECTOR',
  severity: 'error',
  layer: 'mesh',
  title: 'HTTP policy bound to pods of an ambient mesh, where no proxy reads HTTP.',
  reads: ['mesh/workload'],
  why: 'ztunnel knows connections only: an AuthorizationPolicy with paths, methods or tokens that selects pods becomes DENY there, and a RequestAuthentication does nothing (docs/ambient/usage/l7-features, migrate-policies).',
  fix: 'targetRefs to a Service or Gateway with a waypoint.',
  check: ({ all }) => {
    const pods = all('mesh/workload').filter(({ values }) => values.isAmbient);
    if (pods.length === 0) return [];
    const isBoundToPods = ({
      namespace,
      values,
    }: AuthorizationControl | MeshAuthenticationControl) =>
      !values.hasTargetRefs &&
      pods.some(
        (pod) =>
          sharesNamespace(pod.namespace, namespace) &&
          isSelected(values.selector, pod.values.labels),
      );
    const policies = all('mesh/authorization').filter(isBoundToPods).filter(readsHttp);
    const tokens = all('mesh/authentication').filter(isBoundToPods);
    return [
      ...policies.map(({ target, place }) => ({
        target,
        at: place,
        message: `${target} matches paths, methods or tokens and is bound to pods of an ambient mesh: there it denies what it should allow.`,
        fix: 'targetRefs with the Service or its waypoint, in place of selector.',
      })),
      ...tokens.map(({ target, place }) => ({
        target,
        at: place,
        message: `${target} is bound to pods of an ambient mesh, where nobody reads tokens: it does nothing.`,
        fix: 'targetRefs with the waypoint.',
      })),
    ];
  },
};

function readsHttp({ values }: AuthorizationControl): boolean {
  return values.rules.some(
    ({ paths, methods, sources, conditions }) =>
      paths.length + methods.length > 0 ||
      sources.some(({ requestPrincipals }) => requestPrincipals.length > 0) ||
      conditions.some(({ key }) => key.startsWith('request.')),
  );
}
