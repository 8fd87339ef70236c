import type { Adoption } from '../model/adoption.js';
import type { Catalog } from '../model/catalog.js';
import type { TemplateManifest } from '../model/manifest.js';
import type { Resolution } from '../model/request.js';
import type { Tree } from '../model/tree.js';

/** What our code asks of a service made by hand. */
export type AdoptedNeeds = {
  /** Commands that bring the dependencies that its own list does not name. */
  readonly install: readonly string[];
  /** What else must be true for it to compile and for its tests to run, a sentence each. */
  readonly conditions: readonly string[];
};

/**
 * Reads from our files which dependencies they use and the service's own list does not name.
 *
 * @param marker text of the file that lists its dependencies
 * @returns undefined in a service that the tool made, and while there is no code of ours
 */
export function adoptedNeeds(
  tree: Tree,
  {
    resolution: { request },
    marker,
    catalog,
  }: {
    readonly resolution: Resolution;
    readonly marker: string;
    readonly catalog: Catalog;
  },
): AdoptedNeeds | undefined {
  const { language, adopted } = request.service;
  const template = catalog.languages.find((candidate) => candidate.language === language);
  const adopt = template?.adopt;
  if (!adopted || template === undefined || adopt === undefined) return undefined;
  const [isSource, isTest] = [new RegExp(adopt.sources), new RegExp(adopt.tests)];
  const sources = [...tree].filter(([path]) => isSource.test(path));
  if (sources.length === 0) return undefined;
  const textOf = (wanted: boolean): string =>
    sources.flatMap(([path, { text }]) => (isTest.test(path) === wanted ? [text] : [])).join('\n');
  const [code, tests] = [textOf(false), textOf(true)];
  const forProcess: string[] = [];
  const forTests: string[] = [];
  for (const [name, version] of dependenciesOf(template, request.active, catalog)) {
    if (uses(marker, name)) continue;
    if (uses(code, name)) forProcess.push(`${name}@${version}`);
    else if (uses(tests, name)) forTests.push(`${name}@${version}`);
  }
  return {
    install: commands(adopt.install, { process: forProcess, tests: forTests }),
    conditions: adopt.conditions,
  };
}

/** Exact versions by name, of the skeleton and of the capabilities in use. */
function dependenciesOf(
  template: TemplateManifest,
  active: ReadonlySet<string>,
  { capabilities }: Catalog,
): Map<string, string> {
  const chosen = capabilities.filter(({ id }) => active.has(id));
  const lists = [
    template.devDependencies,
    template.dependencies,
    ...chosen.flatMap((manifest) => [
      manifest.devDependencies[template.language] ?? {},
      manifest.dependencies[template.language] ?? {},
    ]),
  ];
  return new Map(
    lists.flatMap((list) => Object.entries(list)).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** True when a text names a dependency, or a part of it, as a word of its own. */
function uses(text: string, name: string): boolean {
  return text.split(name).some((part, index, parts) => {
    const next = parts[index + 1];
    return next !== undefined && /(?:^|["'\s])$/.test(part) && /^["'/\s]/.test(next);
  });
}

function commands(
  install: Adoption['install'],
  names: { readonly process: readonly string[]; readonly tests: readonly string[] },
): string[] {
  const lists =
    install.process === install.tests
      ? [[install.process, [...names.process, ...names.tests]] as const]
      : ([
          [install.process, names.process],
          [install.tests, names.tests],
        ] as const);
  return lists.flatMap(([command, list]) =>
    list.length === 0 ? [] : [command.replace('{names}', list.join(' '))],
  );
}
