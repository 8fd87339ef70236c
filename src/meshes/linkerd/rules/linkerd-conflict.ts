import { down, entriesOf, locate, targetOf, type Cursor } from '../../../manifests/cursor.js';
import type { World } from '../../../manifests/kind.js';
import { mayBeSame, worldOf } from '../../world.js';
import { cite, type Report, type Rule } from '../../../rules/rule.js';
import { annotatedIn, routesTo } from '../written/annotated.js';
import { TRAFFIC } from '../written/members.js';

export const linkerdConflict: Rule = {
  code: 'LINKERD_CONFLICT',
  severity: 'error',
  layer: 'mesh',
  title: 'A ServiceProfile switches off the retry, timeout and breaker annotations of its service.',
  reads: ['mesh/objects'],
  why: 'A ServiceProfile disables annotations, routes and failure accrual of the same service (linkerd.io, reference/retries and circuit-breaking; measured).',
  fix: 'One of the two; annotations are the current form.',
  check: (composition) => {
    const world = worldOf(composition);
    return world
      .ofKind('linkerd.io', 'ServiceProfile')
      .flatMap((profile) => checkProfile(profile, world));
  },
};

function checkProfile(profile: Cursor, world: World): Report[] {
  const [name = '', namespace = ''] = profile.object.name.split('.');
  const place = locate(profile);
  const isMeant = (other: { readonly name: string; readonly namespace: string }) =>
    other.name === name && mayBeSame(other.namespace, namespace);
  const service = annotatedIn(world).find(
    ({ kind, object }) => kind === 'Service' && isMeant(object.object),
  );
  const found = { also: [place], fix: `Drop ${targetOf(profile)}.` };
  const annotations =
    service === undefined
      ? []
      : entriesOf(down(service.object, 'metadata', 'annotations')).filter(([key]) =>
          TRAFFIC.test(key),
        );
  const [first, ...more] = annotations;
  const reports: Report[] = routesTo('Service', world)
    .filter(({ parent }) => isMeant(parent))
    .map(({ object, parent }) => ({
      ...found,
      target: targetOf(object),
      at: locate(parent.at),
      message: `${targetOf(object)} does nothing: ${targetOf(profile)} (${cite(place)}) is there for the same service.`,
    }));
  if (service !== undefined && first !== undefined) {
    reports.push({
      ...found,
      target: service.target,
      at: locate(first[1]),
      message: `${[first, ...more].map(([key]) => key).join(', ')} ${more.length === 0 ? 'does' : 'do'} nothing: ${targetOf(profile)} (${cite(place)}) is there for the same service.`,
    });
  }
  return reports;
}
