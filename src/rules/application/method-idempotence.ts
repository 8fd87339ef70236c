import type { MethodControl } from '../../model/app-control.js';
import { contractFor, contractServices, type PlacedService } from '../../flow/contracts.js';
import { cite, type Report, type Rule } from '../rule.js';

export const methodIdempotence: Rule = {
  code: 'METHOD_IDEMPOTENCE',
  severity: 'warning',
  layer: 'app',
  title: 'scaffold.yaml and the contract disagree on whether a method may be repeated.',
  reads: ['app/method', 'app/contract'],
  why: 'What is declared idempotent is repeated by the application after failures that may have been processed. option idempotency_level in the .proto file is the promise of those who serve the method; its default promises nothing.',
  fix: 'idempotent: true exactly for methods of NO_SIDE_EFFECTS or IDEMPOTENT.',
  check: ({ all }) => {
    const services = contractServices(all);
    if (services.size === 0) return undefined;
    return all('app/method').flatMap((method) => judge(method, services));
  },
};

function judge(method: MethodControl, services: ReadonlyMap<string, PlacedService>): Report[] {
  const contract = contractFor(method, services);
  const promised = contract?.methods.find(({ name }) => name === method.values.name);
  if (contract === undefined || promised === undefined) return [];
  const { name, idempotent } = method.values;
  if (idempotent === (promised.idempotent ?? false)) return [];
  const common = { target: method.target, at: method.place, also: [promised.place] };
  const where = cite(promised.place);
  if (!idempotent) {
    return [
      {
        ...common,
        severity: 'info',
        message: `${name} may be repeated by its contract (${where}), and is declared without idempotent: true: failures of it are not repeated.`,
        fix: `{ name: ${name}, idempotent: true }`,
      },
    ];
  }
  // Where no method has the option, its absence says nothing.
  const isUsed = contract.methods.some((one) => one.idempotent !== undefined);
  return [
    {
      ...common,
      severity: isUsed ? 'warning' : 'info',
      message: `${name} is declared idempotent, and its contract (${where}) does not promise that: a call that failed after it was processed may be done twice.`,
      fix: `No idempotent: true for ${name}, or option idempotency_level = IDEMPOTENT in the contract.`,
    },
  ];
}
