import { createHash } from 'node:crypto';

import { expect, test } from 'vitest';

import { readProject } from '../../src/project/read-project.js';
import { readModel, writeModel } from '../../src/report/page/model.js';
import type { UpstreamModel } from '../../src/report/page/parts.js';
import { explainPage } from '../../src/report/page/page.js';
import { compose } from '../../src/project/compose.js';
import { usualTransport } from '../../src/transports/transports.js';
import { ruleCatalog } from '../support/rule-catalog.js';

const HOST = 'inventory.shop.svc.cluster.local';

function modelsOf(): readonly UpstreamModel[] {
  const files = new Map([
    [
      'scaffold.yaml',
      `service: { name: orders }\ncapabilities: { mesh: {}, retry: {} }\nupstreams: [{ name: inventory, url: "http://${HOST}:8080" }]\n`,
    ],
    [
      'deploy/</script><b>.yaml',
      `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: inventory, namespace: shop }\nspec:\n  hosts: [${HOST}]\n  http:\n    - name: "</script><b>"\n      timeout: 1s\n      route: [{ destination: { host: ${HOST} } }]\n    - name: safe\n      match: [{ method: { regex: GET|HEAD|OPTIONS|PUT|DELETE } }]\n      timeout: 1s\n      route: [{ destination: { host: ${HOST} } }]\n`,
    ],
  ]);
  const { controls, problems } = readProject({ files, catalog: ruleCatalog() });
  expect(problems).toEqual([]);
  const composition = compose(controls);
  return composition.flows.map((flow) => ({
    flow,
    access: [],
    pods: 3,
    queries: composition.meshes.queries(flow),
    unknown: [],
    unsaid: [],
  }));
}

const choice = { rate: 50, fault: 'gone', share: 0.5, seed: 1 } as const;

function pageOf(service: string): string {
  return explainPage({ service, upstreams: modelsOf(), choice });
}

const page = pageOf('<orders>');

test('the script of the page reads the model that the tool writes', () => {
  const model = { upstreams: modelsOf(), given: choice };
  const text = writeModel(model);
  expect(text).toContain('"transport":"http"');
  expect(readModel(text)).toEqual(JSON.parse(text, revive));
  expect(readModel(text).upstreams[0]?.flow.transport.covers(['5xx'], '503', false)).toBe(true);
});

function revive(key: string, value: unknown): unknown {
  return key === 'transport' || key === 'ownTransport' ? usualTransport : value;
}

test('names nothing outside itself, and allows only its own script', () => {
  expect(page).not.toMatch(/(?:src|href)="(?!#)|url\(|@import/);
  const [, allowed] = /script-src 'sha256-([^']+)'/.exec(page) ?? [];
  const [, script = ''] = /<script>([\s\S]*?)<\/script>/.exec(page) ?? [];
  expect(createHash('sha256').update(script).digest('base64')).toBe(allowed);
  expect(page).toContain("default-src 'none'");
});

test('text of files stays text', () => {
  expect(page).toContain('&lt;orders&gt;: what happens to a call');
  expect(page).toContain('&lt;/script&gt;&lt;b&gt;');
  expect(page.match(/<\/script>/g)).toHaveLength(2);
  expect(page).not.toContain('<b>.yaml');
});

test('says everything without its script, and what it models', () => {
  const shown = page.slice(0, page.indexOf('<script type'));
  expect(shown).toMatch(/<b>Modelled:<\/b>.*\n.*<b>Not modelled:<\/b>/);
  expect(shown).toContain('retries of the mesh');
  expect(shown).toContain('as declared');
  expect(shown).not.toMatch(/undefined|NaN|Infinity/);
});

test('the same files give the same page', () => {
  expect(pageOf('<orders>')).toBe(page);
});

test('names every method of a route', () => {
  expect(page).toContain('Route safe (GET, HEAD, OPTIONS, PUT, DELETE)');
});
