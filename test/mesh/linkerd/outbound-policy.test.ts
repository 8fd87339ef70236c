import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { worldOf } from '../../../src/meshes/world.js';
import { compose } from '../../../src/project/compose.js';
import { readProject } from '../../../src/project/read-project.js';
import { outboundPolicy } from '../../support/linkerd/outbound-policy.js';
import { ruleCatalog } from '../../support/rule-catalog.js';

/**
 * What Linkerd's controller makes of manifests, as our own code encodes it. `UPDATE=1` rewrites the golden files;
 * `test/linkerd` holds them against the types of linkerd2-proxy-api.
 */
const root = fileURLToPath(new URL('../../fixtures/linkerd/outbound', import.meta.url));

test.each(readdirSync(root))('%s', (name) => {
  const files = new Map([
    ['manifests.yaml', readFileSync(join(root, name, 'manifests.yaml'), 'utf8')],
  ]);
  const { controls, problems } = readProject({ files, catalog: ruleCatalog() });
  expect(problems).toEqual([]);
  const call = { host: 'inventory.shop.svc.cluster.local', port: 8080, consumer: 'shop' };
  const policy = outboundPolicy(call, worldOf(compose(controls)));
  const golden = join(root, name, 'policy.json');
  const printed = `${JSON.stringify(policy, undefined, 2)}\n`;
  if (process.env['UPDATE'] === '1') writeFileSync(golden, printed);
  expect(JSON.parse(printed)).toEqual(JSON.parse(readFileSync(golden, 'utf8')));
});
