import type { MethodControl } from '../../model/app-control.js';
import type { AuthorizationControl } from '../../model/mesh-control.js';
import type { Composition } from '../../flow/composition.js';
import {
  contractServices,
  serviceNameOf,
  type PlacedMethod,
  type PlacedService,
} from '../../flow/contracts.js';
import { cite, type Report, type Rule } from '../rule.js';

export const methodUndeclared: Rule = {
  code: 'METHOD_UNDECLARED',
  severity: 'warning',
  layer: 'both',
  title: 'The contract has a method that scaffold.yaml leaves out.',
  reads: ['app/method', 'app/contract'],
  why: 'Routes by method pass it by, so that it has the timeout and retries of all others. Where a policy lists the methods that callers may use, a call of it is refused with PERMISSION_DENIED.',
  fix: 'Add it under methods, then run scaffold update.',
  check: (composition) => {
    const services = contractServices(composition.all);
    if (services.size === 0) return undefined;
    const declared = new Map<string, MethodControl[]>();
    for (const method of composition.all('app/method')) {
      const key = `${method.values.of} ${method.target} ${serviceNameOf(method.values.name)}`;
      declared.set(key, [...(declared.get(key) ?? []), method]);
    }
    return [...declared.values()].flatMap((methods) => judge(methods, services, composition));
  },
};

function judge(
  methods: readonly MethodControl[],
  services: ReadonlyMap<string, PlacedService>,
  { all }: Composition,
): Report[] {
  const [first] = methods;
  if (first === undefined) return [];
  const names = new Set(methods.map(({ values }) => values.name));
  const contract = services.get(serviceNameOf(first.values.name));
  const missing = contract?.methods.filter(({ name }) => !names.has(name)) ?? [];
  return missing.map((method) => {
    const { name, place } = method;
    const policies = first.values.of === 'service' ? all('mesh/authorization') : [];
    const isAllowed = policies.some((policy) => allows(policy, name));
    const lister = isAllowed ? undefined : policies.find((policy) => lists(policy, names));
    const from = `${name} is in the contract (${cite(place)}) and not among the methods of ${first.values.of === 'service' ? 'the service' : first.target}`;
    const fix = `methods: add ${entryOf(method)}, then scaffold update.`;
    const common = { target: first.target, at: first.place, also: [place], fix };
    if (lister === undefined) {
      return { ...common, severity: 'info', message: `${from}: no route is about it by name.` };
    }
    return {
      ...common,
      also: [place, lister.place],
      message: `${from}: ${lister.target} (${cite(lister.place)}) lists methods, so that calls of it are refused.`,
    };
  });
}

function entryOf({ name, idempotent }: PlacedMethod): string {
  return idempotent === true ? `{ name: ${name}, idempotent: true }` : `{ name: ${name} }`;
}

/** True for a policy that allows declared methods of the service by name. */
function lists({ values }: AuthorizationControl, names: ReadonlySet<string>): boolean {
  const { action, dryRun, rules } = values;
  const isAllow = action.value === 'ALLOW' && !dryRun;
  return isAllow && rules.some(({ paths }) => paths.some(({ value }) => names.has(value)));
}

function allows({ values }: AuthorizationControl, name: string): boolean {
  if (values.action.value !== 'ALLOW') return false;
  return values.rules.some(
    ({ paths }) => paths.length === 0 || paths.some(({ value }) => meets(value, name)),
  );
}

/** `*` is any path, and stands for the rest at either end. */
function meets(pattern: string, name: string): boolean {
  if (pattern.endsWith('*')) return name.startsWith(pattern.slice(0, -1));
  return pattern.startsWith('*') ? name.endsWith(pattern.slice(1)) : name === pattern;
}
