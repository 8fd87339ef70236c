import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { readCatalog } from '../../src/io/catalog.js';
import { problemOf, renderText, resolveText } from '../support/request.js';

const catalog = readCatalog(process.cwd());
const declared = (variables: string, rest = '') =>
  `{ service: { name: hut, variables: ${variables} }, capabilities: { retry: {}, jwt: {}, mesh-ready: {} }${rest} }`;
const one = (keys: string) => declared(`[{ ${keys} }]`);

describe('service.variables', () => {
  test('have a type, text by default, and defaults in base units', () => {
    const text = declared(
      '[{ name: A, default: x, doc: An a. }, { name: LEASE, type: duration, default: 1m30s, doc: Lease. }]',
    );
    expect(resolveText(text, catalog).request.service.variables).toEqual([
      { name: 'A', type: 'text', default: 'x', doc: 'An a.' },
      { name: 'LEASE', type: 'duration', default: 90_000, doc: 'Lease.' },
    ]);
  });

  test.each([
    ['name: pageSize, default: a, doc: x', 'name', '"pageSize"', 'upper-case letters'],
    ['name: A__B, default: a, doc: x', 'name', '"A__B"', 'single "_"'],
    [
      'name: SERVICE_PORT, default: a, doc: x',
      'name',
      '"SERVICE_PORT"',
      'must not start with SERVICE_',
    ],
    [
      'name: UPSTREAM_X, default: a, doc: x',
      'name',
      '"UPSTREAM_X"',
      'must not start with UPSTREAM_',
    ],
    ['name: A, default: a', 'doc', '', 'must say what the variable is for'],
    ['name: A, default: a, doc: ""', 'doc', '""', 'must say what the variable is for'],
    ['name: A, doc: x', 'default', '', 'needs a default, or a Secret or ConfigMap'],
    ['name: A, type: int, default: 1, doc: x', 'type', '"int"', 'must be one of text, integer'],
    ['name: A, type: integer, default: 1.5, doc: x', 'default', '1.5', 'must be a whole number'],
    ['name: A, type: boolean, default: "yes", doc: x', 'default', '"yes"', 'must be true or false'],
    ['name: A, type: duration, default: 5, doc: x', 'default', '5', 'must be a duration'],
    [
      'name: A, type: url, default: shop, doc: x',
      'default',
      '"shop"',
      'must be an http or https URL',
    ],
    [
      'name: A, default: a, from: { secret: s, key: k }, doc: x',
      'from',
      '',
      'is a Secret: remove the default',
    ],
    [
      'name: A, type: integer, from: { secret: s, key: k }, doc: x',
      'type',
      '"integer"',
      'must be text',
    ],
    ['name: A, from: { secret: s }, doc: x', 'from', '', 'key is missing'],
    ['name: A, from: { secret: S_s, key: k }, doc: x', 'from', '', 'must be'],
    ['name: A, defualt: a, doc: x', '', '', 'Did you mean default?'],
  ])('refuse { %s }', (keys, at, value, message) => {
    const problem = problemOf(() => resolveText(one(keys), catalog));
    expect(problem).toMatchObject({ code: 'invalid-request', exitCode: 2 });
    expect(problem.message).toContain(`service.variables[0]${at === '' ? '' : `.${at}`}`);
    expect(problem.message).toContain(value);
    expect(`${problem.message} ${problem.hint}`).toContain(message);
  });

  test('are told apart in code, too', () => {
    const twice = (a: string, b: string) =>
      declared(`[{ name: ${a}, default: x, doc: x }, { name: ${b}, default: x, doc: x }]`);
    expect(problemOf(() => resolveText(twice('A', 'A'), catalog)).message).toContain('twice');
    expect(problemOf(() => resolveText(twice('A_1', 'A1'), catalog)).message).toContain(
      'becomes the same identifier as A_1, A1',
    );
  });

  test('may not be what a capability reads, even one that is not there', () => {
    const text =
      '{ service: { name: hut, variables: [{ name: JWT_ISSUER, default: x, doc: x }] } }';
    const problem = problemOf(() => resolveText(text, catalog));
    expect(problem).toMatchObject({ code: 'variable-taken', exitCode: 2 });
    expect(problem.message).toContain('"JWT_ISSUER" is a variable of the capability jwt');
  });
});

describe('variables in an environment', () => {
  const variables =
    '[{ name: SIZE, type: integer, default: 50, doc: Size. }, { name: TOKEN, from: { secret: s, key: k }, doc: Token. },' +
    ' { name: ZONE, from: { configMap: c, key: z }, doc: Zone. }]';
  const staging = (values: string) =>
    declared(variables, `, environments: { staging: { service: { variables: ${values} } } }`);

  type Entry = { name: string; value?: string; valueFrom?: unknown };
  const entriesOf = (text: string, environment?: string): Entry[] => {
    const file = renderText(text, catalog, environment).get('deploy/base/deployment.yaml');
    const { spec } = parse(file?.text ?? '') as {
      spec: { template: { spec: { containers: { env: Entry[] }[] } } };
    };
    const [container] = spec.template.spec.containers;
    const all = container?.env ?? [];
    return all.filter(({ name }) => ['SIZE', 'TOKEN', 'ZONE'].includes(name));
  };
  const token = {
    name: 'TOKEN',
    valueFrom: { secretKeyRef: { name: 's', key: 'k' } },
  };

  test('reach the Deployment where Kubernetes has them or an environment sets them', () => {
    const text = staging('{ SIZE: 20, ZONE: b$ }');
    expect(entriesOf(text)).toEqual([
      token,
      { name: 'ZONE', valueFrom: { configMapKeyRef: { name: 'c', key: 'z' } } },
    ]);
    expect(entriesOf(text, 'staging')).toEqual([
      { name: 'SIZE', value: '20' },
      token,
      { name: 'ZONE', value: 'b$$' },
    ]);
  });

  test.each([
    ['{ SIZES: 1 }', 'SIZES sets a variable that is not declared. Did you mean SIZE?'],
    ['{ SIZE: big }', 'environments.staging.service.variables.SIZE: "big" must be a whole number'],
    ['{ TOKEN: abc }', 'would put what the Secret "s" holds into the manifests'],
  ])('refuse %s', (values, message) => {
    const problem = problemOf(() => resolveText(staging(values), catalog, 'staging'));
    expect(problem).toMatchObject({ code: 'invalid-request', exitCode: 2 });
    expect(problem.message).toContain(message);
    expect(problem.message).not.toContain('abc');
  });
});
