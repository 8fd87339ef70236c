import type { Catalog } from '../model/catalog.js';
import type { RawRequest, RequestDocument } from '../model/request.js';
import { describeProblems } from './describe-problems.js';
import { mayHoldOldNames, migrateDocument } from './migrate-request.js';
import { parseYaml, readData, toData, type YamlText } from './parse-yaml.js';
import { requestSchema } from './request-schema.js';
import { toRawRequest } from './raw-request.js';

/**
 * Parses scaffold.yaml and checks it against what the catalog declares. Settings may have the names of earlier
 * versions.
 *
 * @param text the file's contents
 * @param file its name, for messages
 * @throws ToolError `invalid-request` (exit 2), with file, line and column of every problem
 */
export function parseRequest(text: string, file: string, catalog: Catalog): RawRequest {
  return parseDeclaration(text, file, catalog).raw;
}

/** Like {@link parseRequest}, beside the file as plain data, with the names that are written there. */
export function parseDeclaration(
  text: string,
  file: string,
  catalog: Catalog,
): { readonly raw: RawRequest; readonly document: RequestDocument } {
  const data = readData(text, file);
  const isOld = mayHoldOldNames(text, catalog);
  const parsed = requestSchema(catalog).safeParse(
    isOld ? toData(parseMigrated(text, file, catalog).document, file) : data,
  );
  if (!parsed.success) {
    throw describeProblems(parsed.error, { ...parseMigrated(text, file, catalog), file, catalog });
  }
  return {
    raw: toRawRequest(parsed.data, catalog, file),
    document: data as RequestDocument, // The schema has passed.
  };
}

/** The document with the names that settings have now, each at its place in the file. */
function parseMigrated(text: string, file: string, catalog: Catalog): YamlText {
  const parsed = parseYaml(text, file);
  migrateDocument(parsed.document, catalog);
  return parsed;
}
