import { expect, test } from 'vitest';

import { run } from '../../src/commands/run.js';
import { fakeHost } from '../support/host.js';
import { ruleCatalog } from '../support/rule-catalog.js';

/** `explain HOST` on manifests for Linkerd alone. */
const cwd = 'test/fixtures/foreign/linkerd-retries-of-get';

async function explain(...more: readonly string[]) {
  const host = fakeHost({ cwd, catalog: ruleCatalog() });
  const given = ['--from', 'shop/inventory', '--app-tries', '2', '--app-attempt-timeout', '5s'];
  await run(['explain', 'inventory.shop', ...given, ...more], host);
  return host.out();
}

test('counts as the proxy does, names its fields and takes nothing for granted', async () => {
  const text = await explain();
  expect(text).toContain('6 (2 × 3)');
  expect(text).toMatch(/tries +3 \(retry\.linkerd\.io\/limit:/);
  expect(text).toContain('3s while none may be asked');
  expect(text).not.toMatch(/taken to have a sidecar|Istio|pool full|attempts/);
});

test('a POST, which the route does not match, is made once', async () => {
  const { upstreams } = JSON.parse(await explain('--json')) as {
    upstreams: readonly { readonly mesh: readonly { readonly what: string }[] }[];
  };
  expect(upstreams[0]?.mesh.map(({ what }) => what)).toContain(
    'inventory.0: retry.linkerd.io/timeout',
  );
  expect(await explain()).toMatch(/POST, upstream 503 +1 +at once/);
});
