import type { Catalog } from '../src/model/catalog.js';
import type { RecordedLists } from '../src/model/recorded.js';
import type { RawRequest } from '../src/model/request.js';
import type { Tree } from '../src/model/tree.js';
import { plan } from '../src/stages/plan.js';
import { render } from '../src/stages/render.js';
import { resolve } from '../src/stages/resolve.js';
import { transportIds } from '../src/stages/transport-schema.js';

/** What recording has in common for the languages: sets of features, and the conditions of a line. */

export type Features = readonly string[];

/**
 * Every set of features that can be active together: a service is called by one transport, and calls by none or
 * several; per-upstream capabilities need an upstream.
 */
export function featureSets(catalog: Catalog, language: string): Features[] {
  const withCode = catalog.capabilities.filter(({ files }) =>
    files.some(({ template }) => template.startsWith(`${language}/`)),
  );
  const anywhere = withCode
    .filter(({ upstreamKey }) => upstreamKey === undefined)
    .map(({ id }) => id);
  const perUpstream = withCode
    .filter(({ upstreamKey }) => upstreamKey !== undefined)
    .map(({ id }) => id);
  const { serves = [], calls = [] } =
    catalog.languages.find((template) => template.language === language)?.transports ?? {};
  const called = subsets(calls.map((id) => `calls-${id}`))
    .filter((set) => set.length > 0)
    .flatMap((set) => subsets(perUpstream).map((more) => [...set, ...more]));
  return serves.flatMap((id) =>
    subsets(anywhere).flatMap((set) =>
      [[], ...called].map((more) => [`serves-${id}`, ...set, ...more]),
    ),
  );
}

function subsets(items: readonly string[]): string[][] {
  return items.reduce<string[][]>(
    (sets, item) => [...sets, ...sets.map((set) => [...set, item])],
    [[]],
  );
}

export function renderFor(
  features: Features,
  catalog: Catalog,
  service: { language: string; module: string },
): Tree {
  const ids = features.filter((feature) => !/^(?:serves|calls)-/.test(feature));
  const used = (how: 'serves' | 'calls') =>
    transportIds.filter((id) => features.includes(`${how}-${id}`));
  const raw: RawRequest = {
    version: 1,
    service: { name: 'recorded', ...service, transport: used('serves')[0] ?? 'http' },
    capabilities: Object.fromEntries(ids.map((id) => [id, {}])),
    upstreams: used('calls').map((id) => ({
      name: `by-${id}`,
      url: `${id}://inventory.shop.svc.cluster.local:8080`,
      overrides: {},
    })),
    environments: {},
  };
  return render(plan(resolve(raw, catalog), catalog), catalog);
}

export type Result = { readonly features: Features; readonly lines: readonly string[] };

/** The smallest conditions that give back every result exactly, in the order of `compare`. */
export function condense(
  results: readonly Result[],
  compare: (a: string, b: string) => number,
): RecordedLists[string] {
  const all = results.map(({ features }) => features);
  const order = [...new Set(results.flatMap(({ lines }) => lines))].sort(compare);
  return order.map((line) => {
    const setsWhere = (isThere: boolean) =>
      results
        .filter(({ lines }) => lines.includes(line) === isThere)
        .map(({ features }) => features);
    const present = withoutServed(setsWhere(true), all);
    const absent = withoutServed(setsWhere(false), all);
    const needs = minimal(present);
    const unless = minimal(absent.filter((set) => needs.some((need) => isSubset(need, set))));
    const wrong = present.find((set) => unless.some((not) => isSubset(not, set)));
    if (wrong !== undefined) {
      throw new Error(`no condition describes ${line}: it is there with ${wrong.join('+')}`);
    }
    return { line, needs, unless };
  });
}

/** The sets, and those that hold whatever the service is called by: without the transport that it serves. */
function withoutServed(sets: readonly Features[], all: readonly Features[]): Features[] {
  const restOf = (set: Features) => set.filter((feature) => !feature.startsWith('serves-'));
  const count = (among: readonly Features[], rest: string) =>
    among.filter((set) => restOf(set).join() === rest).length;
  const rests = new Map(sets.map((set) => [restOf(set).join(), restOf(set)]));
  const always = [...rests].filter(([rest]) => count(sets, rest) === count(all, rest));
  return [...sets, ...always.map(([, rest]) => rest)];
}

function minimal(sets: readonly Features[]): string[][] {
  return sets
    .filter((set) => !sets.some((other) => other !== set && isSubset(other, set)))
    .map((set) => [...set].sort())
    .sort((a, b) => (a.join() < b.join() ? -1 : 1));
}

function isSubset(small: Features, large: Features): boolean {
  return small.every((feature) => large.includes(feature));
}

/** One line per entry, so that a change of dependencies reads well in review. */
export function serialize(recorded: RecordedLists): string {
  const lists = Object.entries(recorded).map(
    ([name, entries]) =>
      `  ${JSON.stringify(name)}: [\n${entries.map((entry) => `    ${JSON.stringify(entry)}`).join(',\n')}\n  ]`,
  );
  return `{\n${lists.join(',\n')}\n}\n`;
}
