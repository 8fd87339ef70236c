import type { EntryControl } from '../../../model/mesh-control.js';
import { addTo, type Selector } from '../../../flow/selector.js';
import { cite, type Report, type Rule } from '../../../rules/rule.js';

export const entryConflict: Rule = {
  code: 'ENTRY_CONFLICT',
  severity: 'warning',
  layer: 'mesh',
  title: 'Two ServiceEntries say different things of one host and port.',
  reads: ['mesh/entry'],
  why: 'A proxy has one cluster and one listener for a host and port: where two visible ServiceEntries differ in protocol or resolution, which one it takes depends on their age and namespaces (IST0177; service_entry.proto).',
  fix: 'One ServiceEntry for the host, or the same protocol and resolution in all.',
  check: ({ all }) => {
    const reported = new Set<EntryControl>();
    return [...claimsOf(all)].flatMap(([key, claims]) => {
      const [first] = claims;
      if (first === undefined) return [];
      const isOther = (claim: Claim) =>
        claim.protocol !== first.protocol ||
        claim.entry.values.resolution !== first.entry.values.resolution;
      if (!claims.some(isOther)) return [];
      const [host = '', port = ''] = key.split(' ');
      return claims.flatMap((claim): Report[] => {
        const others = claims.filter(({ entry }) => entry !== claim.entry);
        const other = others.find((one) => say(one) !== say(claim)) ?? others[0];
        if (reported.has(claim.entry) || other === undefined) return [];
        reported.add(claim.entry);
        return [
          {
            target: claim.entry.target,
            at: claim.entry.place,
            also: [other.entry.place],
            message: `${claim.entry.target} has ${host}:${port} as ${say(claim)}, ${other.entry.target} (${cite(other.entry.place)}) as ${say(other)}: which of them acts is not defined.`,
            fix: 'One ServiceEntry for the host, or the same protocol and resolution in both.',
          },
        ];
      });
    });
  },
};

type Claim = { readonly entry: EntryControl; readonly protocol: string };

/** By host and port, for each namespace that sees them: those for every namespace are beside those for one. */
function claimsOf(all: Selector): Map<string, Claim[]> {
  const claims = new Map<string, Claim[]>();
  const open = new Map<string, Claim[]>();
  for (const entry of all('mesh/entry')) {
    for (const host of entry.values.hosts) {
      for (const { number, protocol } of entry.values.ports) {
        const claim = { entry, protocol };
        if (entry.values.exportTo.includes('*')) addTo(open, `${host} ${number}`, claim);
        else {
          for (const scope of entry.values.exportTo)
            addTo(
              claims,
              `${host} ${number} ${scope === '.' ? (entry.namespace ?? '') : scope}`,
              claim,
            );
        }
      }
    }
  }
  for (const [key, own] of claims) {
    const [host = '', port = ''] = key.split(' ');
    own.push(...(open.get(`${host} ${port}`) ?? []));
  }
  for (const [key, own] of open) claims.set(`${key} *`, own);
  return claims;
}

function say({ entry, protocol }: Claim): string {
  return `${protocol === '' ? 'TCP' : protocol} by ${entry.values.resolution}`;
}
