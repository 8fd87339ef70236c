import type { Catalog } from '../model/catalog.js';
import type { RawRequest } from '../model/request.js';
import { describeProblems } from './describe-problems.js';
import { migrateDocument } from './migrate-request.js';
import { parseYaml, toData } from './parse-yaml.js';
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
  const { document, lines } = parseYaml(text, file);
  migrateDocument(document, catalog);
  const parsed = requestSchema(catalog).safeParse(toData(document, file));
  if (!parsed.success) throw describeProblems(parsed.error, { document, lines, file, catalog });
  return toRawRequest(parsed.data, catalog, file);
}
