import type { Value } from '../../../model/control.js';
import type { AuthorizationRule } from '../../../model/mesh-control.js';
import { isAmbientPods } from '../effective/ambient.js';
import { allowedAtOwn } from '../effective/policies-of.js';
import { cite, setValue, type Rule } from '../../../rules/rule.js';

export const authPathsDiffer: Rule = {
  code: 'AUTH_PATHS_DIFFER',
  severity: 'error',
  layer: 'both',
  title: 'The two layers let different paths pass without a token.',
  reads: ['app/authentication', 'mesh/authorization'],
  why: 'A path that is anonymous in one layer alone is refused by the other; /healthz and /healthz/ are two paths for the sidecar (measured: the second is 403).',
  fix: 'The same list of exact paths in both layers.',
  check: (composition) => {
    const [app] = composition.all('app/authentication');
    const { workload } = composition;
    const isAmbient = workload !== undefined && isAmbientPods(workload);
    // ztunnel knows no paths: it carries out what selects pods.
    const policies = allowedAtOwn(composition).filter(
      ({ values }) => !isAmbient || values.hasTargetRefs,
    );
    if (app === undefined || policies.length === 0) return undefined;
    const rules = policies.flatMap(({ target, values }) =>
      values.rules.map((rule) => ({ target, rule })),
    );
    const anonymous = rules.filter(({ rule }) => isAnonymous(rule));
    const meshPaths = anonymous.flatMap(({ rule }) => rule.paths);
    const { anonymousPaths } = app.values;
    const missing = anonymousPaths.value.filter(
      (path) => !meshPaths.some((other) => matches(other, path)),
    );
    const extra = meshPaths.filter(({ value }) => !anonymousPaths.value.includes(value));
    if (missing.length === 0 && extra.length === 0) return [];
    const holder = anonymous[0] ?? { target: policies[0]?.target ?? '', rule: undefined };
    const place =
      extra[0]?.place ?? holder.rule?.paths[0]?.place ?? policies[0]?.place ?? app.place;
    const parts = [
      ...(missing.length > 0
        ? [`${missing.join(', ')} is anonymous in the application only: the sidecar answers 403`]
        : []),
      ...(extra.length > 0
        ? [
            `${extra.map(({ value }) => value).join(', ')} is anonymous in the mesh only: the application answers 401`,
          ]
        : []),
    ];
    const [paths] = holder.rule?.paths ?? [];
    const list =
      paths === undefined
        ? undefined
        : { place: { ...paths.place, at: paths.place.at?.slice(0, -1) ?? [] } };
    return [
      {
        target: holder.target,
        at: place,
        also: [anonymousPaths.place],
        message: `${parts.join('; ')} (${cite(anonymousPaths.place)}).`,
        fix: `paths: [${anonymousPaths.value.join(', ')}]`,
        edits:
          list === undefined || anonymous.length !== 1 || anonymousPaths.value.length === 0
            ? []
            : setValue(list, anonymousPaths.value),
      },
    ];
  },
};

/** A rule that asks for nobody in particular. */
function isAnonymous({ sources, conditions, paths }: AuthorizationRule): boolean {
  const asks = sources.some(
    ({ principals, requestPrincipals, namespaces, serviceAccounts }) =>
      principals.length + requestPrincipals.length + namespaces.length + serviceAccounts.length > 0,
  );
  return !asks && paths.length > 0 && !conditions.some(({ key }) => key.startsWith('request.auth'));
}

function matches({ value }: Value<string>, path: string): boolean {
  if (value.endsWith('*')) return path.startsWith(value.slice(0, -1));
  return value.startsWith('*') ? path.endsWith(value.slice(1)) : value === path;
}
