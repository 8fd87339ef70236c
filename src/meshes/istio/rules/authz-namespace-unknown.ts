import type { Composition } from '../../../flow/composition.js';
import { registryOf } from '../../../flow/registry.js';
import { isUnresolved } from '../../../flow/selection.js';
import { down, eachText, itemsOf, targetOf } from '../../../manifests/cursor.js';
import { perWorld } from '../../../manifests/kind.js';
import { isSlip } from '../../../model/suggest.js';
import type { Severity } from '../../../model/finding.js';
import type { Rule } from '../../../rules/rule.js';
import { worldOf } from '../../world.js';
import { ROOT_NAMESPACE } from '../effective/lookup.js';

/** Namespaces that every cluster has, or every installation of Istio. */
const USUAL = ['default', 'kube-system', 'kube-public', 'kube-node-lease', ROOT_NAMESPACE];

export const authzNamespaceUnknown: Rule = {
  code: 'AUTHZ_NAMESPACE_UNKNOWN',
  severity: 'warning',
  layer: 'mesh',
  title: 'An AuthorizationPolicy names a namespace that is not among those here.',
  reads: ['mesh/authorization', 'mesh/objects'],
  why: 'A caller is compared with the namespaces by the identity in its certificate: one that does not exist matches no caller, so that ALLOW shuts out who was meant, and notNamespaces shuts out no one (IST0101, KIA0101). It is said only where the manifests define namespaces, and is information where it may be defined elsewhere.',
  fix: "The callers' namespace, as it is called in the cluster.",
  check: (composition) => {
    const world = worldOf(composition);
    const known = namespacesIn(world);
    return world.ofKind('security.istio.io', 'AuthorizationPolicy').flatMap((object) => {
      // Where only its own namespace is defined, those of callers are in other repositories.
      const others = known.filter((name) => name !== object.object.namespace);
      if (others.length < 2) return [];
      return itemsOf(down(object, 'spec', 'rules'))
        .flatMap((rule) => itemsOf(down(rule, 'from')))
        .flatMap((from) =>
          ['namespaces', 'notNamespaces'].flatMap((key) => eachText(down(from, 'source', key))),
        )
        .filter(({ value }) => !isUnresolved(value))
        .filter(({ value }) => ![...known, ...USUAL].some((name) => matches(value, name)))
        .map(({ value, place }) => {
          const meant = known.find((name) => isTypo(value, name));
          return {
            target: targetOf(object),
            at: place,
            severity: severityOf(meant, composition),
            message: `No namespace here ${value.includes('*') ? 'matches' : 'is called'} ${value}${meant === undefined ? '' : `; there is ${meant}`}: no caller matches it${meant === undefined ? ', unless it is defined elsewhere' : ''}.`,
            fix:
              meant === undefined
                ? "The name of the callers' namespace."
                : `namespaces: ["${meant}"]`,
          };
        });
    });
  },
};

/** Those that are defined. */
const namespacesIn = perWorld(({ ofKind }) =>
  ofKind('', 'Namespace').map(({ object }) => object.name),
);

function severityOf(meant: string | undefined, { all }: Composition): Severity {
  return meant !== undefined || registryOf(all).isWhole(undefined) ? 'warning' : 'info';
}

/** A whole name, a prefix or a suffix. */
function matches(pattern: string, name: string): boolean {
  if (pattern === '*') return true;
  if (pattern.endsWith('*')) return name.startsWith(pattern.slice(0, -1));
  return pattern.startsWith('*') ? name.endsWith(pattern.slice(1)) : pattern === name;
}

/** A letter too many, too few or out of place; names that differ by a letter or a number are mostly siblings. */
function isTypo(value: string, name: string): boolean {
  if (/\d/.test(value) || value.length < 4 || !isSlip(value, name)) return false;
  const letters = (word: string) => Array.from(word).sort().join('');
  return value.length !== name.length || letters(value) === letters(name);
}
