import type { ManifestObject, Problem } from '../../../manifests/manifest-file.js';
import { problem } from '../../../manifests/problem.js';

type Listener = {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly hostname?: string;
};

/** What the CRD of Gateway says in CEL: listeners differ in their names, and in port, protocol and hostname. */
export function* checkGateway(object: ManifestObject): Generator<Problem> {
  // The schema has passed.
  const { listeners = [] } = object.spec as { readonly listeners?: readonly Listener[] };
  const names = new Set<string>();
  const places = new Map<string, string>();
  for (const [index, { name, port, protocol, hostname = '' }] of listeners.entries()) {
    const at = ['spec', 'listeners', index];
    if (names.has(name)) yield problem([...at, 'name'], `there are two listeners "${name}".`);
    names.add(name);
    const place = `${port} ${protocol} ${hostname}`;
    const other = places.get(place);
    if (other === undefined) places.set(place, name);
    else
      yield problem(
        at,
        `listeners "${other}" and "${name}" have the same port, protocol and hostname: the API server refuses the Gateway.`,
      );
  }
}
