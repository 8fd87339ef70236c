import type { Host } from '../io/host.js';
import { exitCodes } from '../model/errors.js';
import type { JsonValue } from '../model/json.js';
import { requestJsonSchema } from '../stages/request-json-schema.js';
import type { Outcome } from './outcome.js';

/** The JSON Schema of scaffold.yaml, for editors and other tools. */
export function schema(host: Host): Outcome {
  const text = requestJsonSchema(host.loadCatalog());
  return {
    exitCode: exitCodes.clean,
    document: { schema: JSON.parse(text) as JsonValue }, // written by us
    text: () => text,
  };
}
