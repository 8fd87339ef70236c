import { join } from 'node:path';

import { findNameProblem } from '../model/names.js';
import { requestPath } from '../stages/compose-request.js';
import { readData } from '../stages/parse-yaml.js';
import { readText } from './read-file.js';

/** Nobody waits for a completion while more than this is parsed, bytes. */
const MAX_BYTES = 262_144;

export type DeclaredNames = {
  readonly upstreams: readonly string[];
  readonly environments: readonly string[];
};

/**
 * The names that scaffold.yaml of a folder declares, as far as it can be read: none of a file that is absent or
 * broken. Only what is good as a name is given, since a shell gets it.
 */
export function readDeclaredNames(folder: string): DeclaredNames {
  const data = readDeclaration(folder);
  const upstreams = property(data, 'upstreams');
  return {
    upstreams: namesOf(
      Array.isArray(upstreams) ? upstreams.map((one) => property(one, 'name')) : [],
    ),
    environments: namesOf(Object.keys(property(data, 'environments') ?? {})),
  };
}

function readDeclaration(folder: string): unknown {
  try {
    const text = readText(join(folder, requestPath), { maxBytes: MAX_BYTES, name: requestPath });
    return text === undefined ? undefined : readData(text, requestPath);
  } catch {
    return undefined;
  }
}

function property(value: unknown, key: string): object | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string, object>)[key] ?? undefined;
}

function namesOf(values: readonly unknown[]): readonly string[] {
  return values.filter(
    (value): value is string => typeof value === 'string' && findNameProblem(value) === undefined,
  );
}
