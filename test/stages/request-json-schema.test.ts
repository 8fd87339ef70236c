import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { expect, test } from 'vitest';

import { parseRequest } from '../../src/stages/parse-request.js';
import { requestJsonSchema } from '../../src/stages/request-json-schema.js';
import { smallCatalog } from '../support/small-catalog.js';

const catalog = smallCatalog();
const validate = new Ajv({ allErrors: true, strict: false }).compile(
  JSON.parse(requestJsonSchema(catalog)) as object,
);

const good = [
  'service: { name: orders }',
  'version: 1\nservice: { name: orders, port: 8081, timeout: 1m30s }\ncapabilities:\nupstreams:\n',
  `service: { name: orders, language: toy, module: example.com/orders }
capabilities:
  echo: { times: 3, pause: 950ms, shape: { curve: steep } }
  lock:
upstreams:
  - { name: stock, url: "http://stock.shop.svc:81/v1", timeout: 1s, echo: { times: 1 }, mesh: { owner: provider } }
  - { name: bank, url: "https://bank.example.com", echo: false }
environments:
  staging: { service: { port: 9000 }, upstreams: [{ name: stock, timeout: 2s }] }`,
];

const bad = [
  'service: {}',
  'service: { name: Orders }',
  'service: { name: orders, prot: 1 }',
  'service: { name: orders }\ncapabilities: { ehco: {} }',
  'service: { name: orders }\ncapabilities: { echo: { times: 10 } }',
  'service: { name: orders }\ncapabilities: { echo: { pause: 5 } }',
  'service: { name: orders }\ncapabilities: { echo: { shape: { curve: round } } }',
  'service: { name: orders }\nupstreams: [{ name: stock }]',
  'service: { name: orders }\nupstreams: [{ name: stock, url: "ftp://a.b.svc" }]',
];

test.each(good)('takes what the tool takes: %s', (text) => {
  expect(() => parseRequest(text, 'scaffold.yaml', catalog)).not.toThrow();
  expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(true);
});

test.each(bad)('refuses what the tool refuses: %s', (text) => {
  expect(() => parseRequest(text, 'scaffold.yaml', catalog)).toThrow();
  expect(validate(parse(text))).toBe(false);
});

test('tells editors what each setting is for, and its default', () => {
  const schema = JSON.parse(requestJsonSchema(catalog)) as {
    properties: { capabilities: { properties: { echo: { properties: object } } } };
  };
  expect(schema.properties.capabilities.properties.echo.properties).toMatchObject({
    times: { type: 'integer', minimum: 1, maximum: 9, default: 2, description: 'How often.' },
  });
});
