import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import { checkProjects } from '../../src/project/check-project.js';
import { composeTree } from '../../src/stages/compose-service.js';
import { allCombinations } from '../support/combinations.js';

const catalog = readCatalog(fileURLToPath(new URL('../..', import.meta.url)));
const SEVERAL = [
  'service: { name: orders, language: go, module: example.com/orders }',
  'capabilities: { retry: { attempts: 3 }, circuit-breaker: {}, observability: {}, jwt: {}, mesh-ready: { replicas: 2, rollout: observe, callers: [{ namespace: web, serviceAccount: storefront, users: true }] } }',
  'upstreams: [{ name: inventory, url: "http://inventory.shop.svc.cluster.local:8080", timeout: 4s, replicas: 2 }]',
  'environments: { staging: { namespace: shop-staging, replicas: 3 } }',
].join('\n');

function describeFindings(text: string, environment?: string): string[] {
  const options = environment === undefined ? {} : { environment };
  const files = new Map(
    [...composeTree(text, catalog).tree].map(([path, file]) => [path, file.text]),
  );
  const [checked] = checkProjects([{ files, catalog, ...options }]);
  const { findings = [], ruleCount } = checked ?? {};
  expect(ruleCount).toBeGreaterThan(70);
  return findings
    .filter(({ severity }) => severity !== 'info')
    .map(({ code, target, message }) => `${code} ${target}: ${message}`);
}

describe.each(catalog.languages.map(({ language }) => language))(
  'what is generated in %s',
  (language) => {
    test.each(allCombinations(catalog, language))('composes: $name', ({ text }) => {
      expect(describeFindings(text)).toEqual([]);
    });
  },
);

test('a service that is only observed, with few replicas, composes in every environment', () => {
  expect(describeFindings(SEVERAL)).toEqual([]);
  expect(describeFindings(SEVERAL, 'staging')).toEqual([]);
});

test.each(['$(x)', '$$(x)', 'a$$b', '$(POD_NAME)', '$'])(
  'the audience %s, in which Kubernetes would see a variable, composes',
  (audience) => {
    const text = SEVERAL.replace('jwt: {}', () => `jwt: { audiences: ['${audience}'] }`);
    expect(describeFindings(text)).toEqual([]);
  },
);
