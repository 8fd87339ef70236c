import type { Flow } from '../../flow/flow.js';
import { isSelected } from '../../flow/selection.js';
import type { RouteControl, RouteMatch } from '../../model/mesh-control.js';
import { isSlip } from '../../model/suggest.js';
import { setValue, type Report, type Rule } from '../rule.js';

export const routeUnmet: Rule = {
  code: 'ROUTE_UNMET',
  severity: 'warning',
  layer: 'both',
  title: 'A route names a method that is nearly one of the upstream, and none.',
  reads: ['app/call', 'mesh/route'],
  why: 'A path of a match is compared byte for byte. Calls of the method that is meant pass the route by: they get the timeout and the retries of another route, or the defaults of the mesh.',
  fix: 'The name of the method as its contract writes it, or the declaration corrected.',
  check: ({ flows }) =>
    flows.flatMap((flow) =>
      flow.call?.values.methods === undefined
        ? []
        : flow.routes.flatMap((route) =>
            route.values.matches.flatMap((match) => judge(flow, route, match)),
          ),
    ),
};

function judge(flow: Flow, route: RouteControl, match: RouteMatch): Report[] {
  const { path } = match;
  if (path === undefined || path.kind !== 'exact' || !acts(flow, match)) return [];
  const methods = flow.call?.values.methods ?? [];
  if (methods.some(({ name }) => name === path.value)) return [];
  const meant = methods.find(({ name }) => isSlip(path.value, name));
  if (meant === undefined) return [];
  return [
    {
      target: flow.name,
      at: path.place,
      also: flow.call === undefined ? [] : [flow.call.place],
      message: `Route ${route.values.name} takes ${path.value}, which is no declared method of ${flow.name}: ${meant.name} passes it by.`,
      fix: `exact: ${meant.name}`,
      edits: setValue({ place: path.place }, meant.name),
    },
  ];
}

/** True when the match is about calls of this service at all. */
function acts({ labels, through }: Flow, { inMesh, sourceLabels }: RouteMatch): boolean {
  return (inMesh || through !== 'sidecar') && isSelected(sourceLabels, labels);
}
