import type { MethodControl } from '../../model/app-control.js';
import { suggest } from '../../model/suggest.js';
import { contractFor, contractServices, type PlacedService } from '../../flow/contracts.js';
import { cite, type Report, type Rule } from '../rule.js';

export const methodUnknown: Rule = {
  code: 'METHOD_UNKNOWN',
  severity: 'error',
  layer: 'app',
  title: 'A declared method is in no contract on disk.',
  reads: ['app/method', 'app/contract'],
  why: 'Routes and policies compare names of methods byte for byte. One that the service does not have matches no call: the method that is meant gets the policy of all others, and where a policy lists methods it is refused. A call of it is answered with UNIMPLEMENTED, which ejection counts as a failure of the pod (measured).',
  fix: 'The name as the .proto file writes it.',
  check: ({ all }) => {
    const services = contractServices(all);
    if (services.size === 0) return undefined;
    return all('app/method').flatMap((method) => judge(method, services));
  },
};

function judge(method: MethodControl, services: ReadonlyMap<string, PlacedService>): Report[] {
  const { name, of } = method.values;
  const contract = contractFor(method, services);
  if (contract?.methods.some((one) => one.name === name) === true) return [];
  const known = (contract === undefined ? [...services.values()] : [contract]).flatMap(
    ({ methods }) => methods,
  );
  const near = suggest(
    name,
    known.map((one) => one.name),
  );
  const meant = known.find((one) => one.name === near);
  const owner = of === 'service' ? 'the service' : method.target;
  if (contract !== undefined) {
    const [first] = contract.methods;
    return [
      {
        target: method.target,
        at: method.place,
        also: [(meant ?? first)?.place ?? []].flat(),
        message: `${name} is declared for ${owner}, and ${contract.name} has no such method${first === undefined ? '' : ` (${cite(first.place)})`}.${meant === undefined ? '' : ` Did you mean ${meant.name}?`}`,
        fix:
          meant === undefined
            ? `One of ${contract.methods.map((one) => one.name).join(', ')}, or the method in the contract.`
            : `name: ${meant.name}`,
      },
    ];
  }
  // Contracts of upstreams are often elsewhere: without one on disk nothing is known of them.
  if (meant === undefined) return [];
  const end = name.slice(name.lastIndexOf('/'));
  if (!meant.name.endsWith(end)) return [];
  return [
    {
      target: method.target,
      at: method.place,
      also: [meant.place],
      severity: 'warning',
      message: `${name} is declared for ${owner}, and no .proto file here has such a service. Did you mean ${meant.name} (${cite(meant.place)})?`,
      fix: `name: ${meant.name}, unless the contract is elsewhere.`,
    },
  ];
}
