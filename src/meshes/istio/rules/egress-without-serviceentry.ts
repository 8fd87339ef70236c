import { registryOf } from '../../../flow/registry.js';
import { neededHosts } from '../../../flow/needed-hosts.js';
import { cite, type Rule } from '../../../rules/rule.js';
import { outboundModeOf } from '../effective/sidecar-of.js';

export const egressWithoutServiceentry: Rule = {
  code: 'EGRESS_WITHOUT_SERVICEENTRY',
  severity: 'error',
  layer: 'both',
  title: 'A host outside the mesh has no ServiceEntry, and only registered hosts may be called.',
  reads: ['app/server'],
  why: 'With REGISTRY_ONLY a host without a ServiceEntry is answered 502 by the sidecar (BlackHoleCluster; httproute.go), also when the Sidecar lists it.',
  fix: 'A ServiceEntry with location MESH_EXTERNAL, resolution DNS and the ports.',
  check: (composition) => {
    const mode = outboundModeOf(composition);
    if (mode?.value !== 'REGISTRY_ONLY') return undefined;
    const registry = registryOf(composition.all);
    return neededHosts(composition)
      .filter(({ host, isExternal }) => isExternal && registry.entries(host).kind !== 'found')
      .map(({ host, target, place }) => ({
        target,
        at: mode.place,
        also: [place],
        message: `outboundTrafficPolicy REGISTRY_ONLY, and ${host} (${cite(place)}) is outside the mesh without a ServiceEntry: calls to it are answered 502.`,
        fix: `A ServiceEntry for ${host}.`,
      }));
  },
};
