import type { Catalog } from '../model/catalog.js';
import { findReservedName, type NameProblem } from '../model/names.js';

/**
 * Says why a service in a language cannot have a name that is good otherwise.
 *
 * @param language absent where scaffold.yaml names none: it is the first of the catalog then
 * @returns undefined when it can
 */
export function findReservedProblem(
  name: string,
  language: string | undefined,
  { languages }: Pick<Catalog, 'languages'>,
): NameProblem | undefined {
  const named = languages.find((candidate) => candidate.language === language);
  return findReservedName(name, (named ?? languages[0])?.reservedNames);
}
