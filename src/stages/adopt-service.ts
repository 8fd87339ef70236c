import type { Catalog } from '../model/catalog.js';
import type { JsonValue } from '../model/json.js';
import type { Lock } from '../model/lock.js';
import type { OurFile } from '../model/merge.js';
import type { FileMode } from '../model/tree.js';
import { composeLock } from './compose-lock.js';
import { composeRequest } from './compose-request.js';
import { composeTree, type ComposedService } from './compose-service.js';
import type { Assignment } from './parse-assignment.js';
import type { DetectedService } from './detect-service.js';
import { mostMethods } from './transport-schema.js';

/** scaffold.yaml of a service that was there before. */
export function composeAdopted(found: DetectedService, catalog: Catalog): string {
  const { name, language, module, transport, port, healthPort, methods, probes, image } = found;
  const declared = methods.slice(0, mostMethods).map((method) => ({
    name: method.name,
    ...(method.idempotent === true && { idempotent: true }),
  }));
  const given = (path: string, value: JsonValue | undefined): Assignment[] =>
    value === undefined ? [] : [{ section: 'service', path: [path], value }];
  const text = composeRequest(
    {
      name,
      adopted: true,
      language,
      module,
      capabilities: [],
      upstreams: [],
      transport,
      assignments: [
        ...given('port', port),
        ...given('healthPort', healthPort),
        ...given('methods', declared.length === 0 ? undefined : declared),
        ...given('image', image),
      ],
    },
    catalog,
  );
  const known = Object.entries(probes).flatMap(([key, path]) =>
    path === undefined ? [] : [`${key}: ${path}`],
  );
  const lines = [
    ...(port === undefined ? ['  # port: unknown; declare it here'] : []),
    known.length === 0
      ? '  # probes: { live: …, ready: … }: unknown; declare them here'
      : `  probes: { ${known.join(', ')} }`,
    '  adopted: true # its code is your own: the tool adds to it, and never rewrites it',
  ];
  return text.replace('\ncapabilities:', `\n${lines.join('\n')}\ncapabilities:`);
}

/** Paths that a service with every capability would write: what an adopted repo may hold already. */
export function pathsOfTemplate(found: DetectedService, catalog: Catalog): readonly string[] {
  const { capabilities, languages } = catalog;
  const module = languages.find(({ language }) => language === found.language)?.module.default;
  const whole = composeRequest(
    {
      name: found.name,
      language: found.language,
      module: (module ?? '').replace('{name}', found.name),
      capabilities: capabilities.map(({ id }) => id),
      upstreams: [],
      assignments: [],
    },
    catalog,
  );
  return [...composeTree(whole, catalog).tree.keys()];
}

/** The first lock of an adopted repo: every file that is there already is the user's. */
export function composeAdoptedLock(
  { document, tree }: ComposedService,
  existing: ReadonlyMap<string, OurFile>,
  catalog: Catalog,
): Lock {
  const lock = composeLock(catalog.version, document, tree);
  const users = [...existing].flatMap(([path, file]) =>
    file.kind === 'file' && !tree.has(path)
      ? [
          {
            path,
            id: file.side.id,
            mode: file.side.mode satisfies FileMode,
            ownership: 'user' as const,
            capabilities: [],
          },
        ]
      : [],
  );
  return { ...lock, files: [...lock.files, ...users].sort((a, b) => (a.path < b.path ? -1 : 1)) };
}
