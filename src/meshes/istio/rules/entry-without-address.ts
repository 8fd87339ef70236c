import type { Rule } from '../../../rules/rule.js';

export const entryWithoutAddress: Rule = {
  code: 'ENTRY_WITHOUT_ADDRESS',
  severity: 'warning',
  layer: 'mesh',
  title: 'A ServiceEntry with a TCP port has no address to tell its traffic by.',
  reads: ['mesh/entry'],
  why: 'A TCP connection carries no host: without addresses the sidecar listens on the port for every address, and takes all that goes there for this host (IST0134). A mesh whose proxies answer DNS gives such hosts addresses of their own.',
  fix: 'addresses, protocol TLS where the host can be read from the SNI, or DNS capture with automatic addresses.',
  check: ({ all }) => {
    if (all('mesh/meshConfig').some(({ values }) => values.allocatesAddresses)) return [];
    return all('mesh/entry').flatMap(({ target, values }) => {
      if (values.hasAddresses) return [];
      return values.ports
        .filter(({ protocol }) => protocol === '' || protocol === 'TCP')
        .map(({ number, place }) => ({
          target,
          at: place,
          message: `Port ${number} is TCP and ${target} has no addresses: unless the mesh gives it some, all connections to port ${number} are taken for ${values.hosts.join(', ')}.`,
          fix: 'addresses with those of the host, or protocol: TLS where it speaks TLS.',
        }));
    });
  },
};
