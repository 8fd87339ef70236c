import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';

import { validators } from '../../src/manifests/schemas/validators.js';
import { closeSchema } from '../../scripts/schemas/close-schema.js';
import { shareSchemas } from '../../scripts/schemas/share-schemas.js';
import { at, root } from './support/deploy.js';

type Schema = Readonly<Record<string, unknown>>;

const folder = join(root, 'schemas');
const schemas = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name): [string, Schema] => [
    name,
    JSON.parse(readFileSync(join(folder, name), 'utf8')) as Schema,
  ]);

/** Every schema within a schema, with its place. */
function* schemasIn(value: unknown, place: string): Generator<[string, Schema]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value) && 'properties' in value && typeof value.properties === 'object') {
    yield [place, value];
  }
  for (const [key, inner] of Object.entries(value)) yield* schemasIn(inner, `${place}/${key}`);
}

describe.each(schemas)('%s', (name, schema) => {
  it('closes every object that has properties', () => {
    // The branches of a choice see the same object as what they are in, which is closed.
    const open = [...schemasIn(schema, '')].filter(
      ([place, { additionalProperties }]) =>
        additionalProperties === undefined && !/\/(?:oneOf|anyOf)\/\d+$/.test(place),
    );
    expect(open.map(([place]) => place)).toEqual([]);
  });

  it('holds no prose', () => {
    const texts = [...schemasIn(schema, '')].filter(
      ([, inner]) => typeof inner.description === 'string',
    );
    expect(texts).toEqual([]);
  });

  it('has a compiled validator, under the name by which kubeconform finds it', () => {
    const [apiVersion, kind] = ['apiVersion', 'kind'].map((key) =>
      String(at(schema, `properties.${key}.const`)),
    );
    expect([...validators.keys()]).toContain(`${apiVersion!}/${kind!}`);
    const [group, version] = apiVersion!.includes('/') ? apiVersion!.split('/') : ['', apiVersion];
    const parts = [kind!.toLowerCase(), group.split('.')[0], version].filter((part) => part !== '');
    expect(name).toBe(`${parts.join('-')}.json`);
  });
});

/** Values that break a schema in one place each: every field, and every place where a list or map may hold more. */
function* brokenValues(schema: Schema, whole: Schema): Generator {
  const { $ref, properties, items, additionalProperties } = schema;
  if (typeof $ref === 'string') {
    yield* brokenValues(at(whole, '$defs', $ref.slice('#/$defs/'.length)) as Schema, whole);
    return;
  }
  yield* [null, 1.5, -1, true, 'no word of any list', [], {}, { thisIsNoField: 1 }];
  for (const [name, inner] of Object.entries(properties ?? {})) {
    for (const value of brokenValues(inner as Schema, whole)) yield { [name]: value };
  }
  if (typeof items === 'object') {
    for (const value of brokenValues(items as Schema, whole)) yield [value];
  }
  if (typeof additionalProperties === 'object') {
    for (const value of brokenValues(additionalProperties as Schema, whole))
      yield { 'a/~b': value };
  }
}

describe.each(schemas)('the validator made of %s', (_name, schema) => {
  it('finds what Ajv finds of every field', () => {
    const ajv = new Ajv({ allErrors: true, messages: false, strict: false, inlineRefs: false });
    const plain = ajv.compile(schema);
    const [apiVersion, kind] = ['apiVersion', 'kind'].map((key) =>
      String(at(schema, `properties.${key}.const`)),
    );
    const own = validators.get(`${apiVersion!}/${kind!}`)!;
    let count = 0;
    for (const value of brokenValues(schema, schema)) {
      count += 1;
      plain(value);
      const expected = (plain.errors ?? [])
        .filter(({ schemaPath }) => !/\/(?:oneOf|anyOf)\/\d+\//.test(schemaPath))
        .map(({ instancePath, keyword, params }) => ({ instancePath, keyword, params }));
      own(value);
      const told = (own.errors ?? []).filter(({ instancePath }) => instancePath !== undefined);
      if (!isDeepStrictEqual(told, expected)) expect(told, JSON.stringify(value)).toEqual(expected);
    }
    expect(count).toBeGreaterThan(50);
  });
});

it('every field of the newest Istio that is generated is known', () => {
  const rule = schemas.find(([name]) => name.startsWith('destinationrule'))?.[1];
  expect(rule).toBeDefined();
  expect(JSON.stringify(rule)).toContain('retryBudget');
});

describe('closing', () => {
  it('keeps what constrains and drops the rest', () => {
    const schema = {
      description: 'prose',
      type: 'object',
      'x-kubernetes-validations': [],
      properties: {
        description: { type: 'string', description: 'a field of that name stays' },
        count: { type: 'integer', format: 'int32', minimum: 0 },
        maybe: { type: 'string', nullable: true, enum: ['a'] },
        free: {
          type: 'object',
          'x-kubernetes-preserve-unknown-fields': true,
          properties: { a: { type: 'string' } },
        },
        wrapped: { allOf: [{ $ref: '#/components/schemas/X' }], default: {} },
      },
      oneOf: [{ required: ['count'], properties: { count: { type: 'integer' } } }],
    };
    expect(closeSchema(schema)).toEqual({
      type: 'object',
      properties: {
        description: { type: 'string' },
        count: { type: 'integer', minimum: 0, maximum: 2 ** 31 - 1 },
        maybe: { type: ['string', 'null'], enum: ['a', null] },
        free: { type: 'object', properties: { a: { type: 'string' } } },
        wrapped: { $ref: '#/$defs/X' },
      },
      oneOf: [{ required: ['count'], properties: { count: { type: 'integer' } } }],
      additionalProperties: false,
    });
  });
});

describe('sharing', () => {
  const part = (field: string) => ({
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`${field}${index}`, { type: 'string' }]),
    ),
  });
  const schema = {
    type: 'object',
    properties: { a: part('x'), list: { type: 'array', items: part('x') }, b: part('y') },
  };

  it('moves what occurs twice into $defs and means the same', () => {
    const shared = shareSchemas(schema);
    expect(Object.keys(shared['$defs'] as object)).toEqual(['a']);
    const [before, after] = [schema, shared].map((one) => new Ajv({ strict: false }).compile(one));
    for (const value of [
      { a: { x1: 'v' } },
      { a: { y1: 'v' } },
      { list: [{ x0: 1 }] },
      { list: [{ x0: '1' }] },
    ]) {
      expect(after!(value)).toBe(before!(value));
    }
  });
});
