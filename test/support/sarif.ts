import { readFileSync } from 'node:fs';

import { Ajv } from 'ajv';

/** What the schema of SARIF 2.1.0 says against a log; empty for a good one. */
export function sarifProblems(log: unknown): readonly unknown[] {
  const schema = JSON.parse(
    readFileSync(new URL('../fixtures/sarif/sarif-2.1.0.json', import.meta.url), 'utf8'),
  ) as Record<string, unknown>;
  // Draft 4 calls it id.
  delete schema['$schema'];
  delete schema['id'];
  const validate = new Ajv({
    strict: false,
    allErrors: true,
    validateFormats: false,
    unicodeRegExp: false,
  }).compile(schema);
  return validate(log) ? [] : (validate.errors ?? []);
}
