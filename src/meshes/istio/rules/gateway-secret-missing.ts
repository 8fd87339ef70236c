import { down, targetOf, text } from '../../../manifests/cursor.js';
import { perWorld, type World } from '../../../manifests/kind.js';
import { isUnresolved } from '../../../flow/selection.js';
import type { Rule } from '../../../rules/rule.js';
import { selectPods } from '../../kubernetes/written/pods.js';
import { mayBeSame, worldOf } from '../../world.js';
import { gatewaysOf, type WrittenGateway } from '../written/gateways.js';

export const gatewaySecretMissing: Rule = {
  code: 'GATEWAY_SECRET_MISSING',
  severity: 'info',
  layer: 'mesh',
  title: 'A Gateway names a certificate that is not among the Secrets here.',
  reads: ['mesh/objects'],
  why: "credentialName is a Secret in the namespace of the gateway's pods: without it the server refuses every handshake (gateway.proto, ServerTLSSettings; IST0101). Secrets are often made by other means, and where no Secret of the namespace is here nothing is said.",
  fix: "A Secret of that name in the namespace of the gateway's pods.",
  check: (composition) => {
    const world = worldOf(composition);
    return gatewaysOf(composition).flatMap((gateway) => {
      const namespaces = namespacesOf(gateway, world);
      return gateway.servers.flatMap(({ at }) => {
        const name = text(down(at, 'tls', 'credentialName'));
        if (name.value === '' || isUnresolved(name.value) || /:\/\//.test(name.value)) return [];
        const { named, inNamespace } = secretsOf(world);
        const isHere = (named.get(name.value) ?? []).some((one) =>
          namespaces.some((own) => mayBeSame(own, one)),
        );
        const isKnown = namespaces.some((one) => inNamespace.has(one));
        if (isHere || !isKnown) return [];
        return [
          {
            target: targetOf(gateway.object),
            at: name.place,
            message: `Secret ${name.value} is not among those of ${namespaces.join(', ')} here: unless it is made elsewhere, TLS handshakes fail.`,
            fix: `Add Secret ${name.value} to the namespace of the gateway's pods.`,
          },
        ];
      });
    });
  },
};

/** Of the pods that it selects; the installation's own, by their usual name. */
function namespacesOf({ selector }: WrittenGateway, world: World): readonly string[] {
  const found = new Set(selectPods(world, selector, '').map(({ namespace }) => namespace));
  if (found.size > 0) return [...found];
  return selector['istio'] === 'ingressgateway' ? ['istio-system'] : [];
}

/** Kinds of which a controller makes a Secret, with the field that names it. */
const MAKERS = [
  ['cert-manager.io', 'Certificate', ['spec', 'secretName']],
  ['external-secrets.io', 'ExternalSecret', ['spec', 'target', 'name']],
  ['bitnami.com', 'SealedSecret', ['metadata', 'name']],
] as const;

const secretsOf = perWorld(({ ofKind }) => {
  const named = new Map<string, string[]>();
  const inNamespace = new Set<string>();
  const add = (name: string, namespace: string): void => {
    named.set(name, [...(named.get(name) ?? []), namespace]);
  };
  for (const { object } of ofKind('', 'Secret')) {
    add(object.name, object.namespace);
    inNamespace.add(object.namespace);
  }
  for (const [group, kind, path] of MAKERS) {
    for (const object of ofKind(group, kind)) {
      add(text(down(object, ...path)).value || object.object.name, object.object.namespace);
    }
  }
  return { named, inNamespace };
});
