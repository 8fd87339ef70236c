import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';

import { worldOf } from '../../src/meshes/world.js';
import { compose } from '../../src/project/compose.js';
import { readProject } from '../../src/project/read-project.js';
import { destinationProfile, withBackends } from '../support/linkerd/for-proxy.js';
import { HOST, measuredRows, objectsOf, type MeasuredRow } from '../support/linkerd/measured.js';
import { outboundPolicy } from '../support/linkerd/outbound-policy.js';
import { differencesOf } from '../support/linkerd/outcome.js';
import { ruleCatalog } from '../support/rule-catalog.js';
import { playCalls, prepareRig } from './rig.js';

/**
 * The table of what a real linkerd2-proxy did, played again through the proxy that LINKERD2_PROXY names: what our
 * encoder makes of each row's annotations is sent to it by a control plane that knows nothing else.
 */
const root = mkdtempSync(join(tmpdir(), 'linkerd-proxy-'));
const { rig, missing } = prepareRig(root);
const rows = measuredRows().filter(({ because }) => because === undefined);

afterAll(() => rmSync(root, { recursive: true }));

/** Longer than what any timer of a row takes, ms. */
const WAIT = 10_000;
/** Long enough to call an answer that does not come by then none, ms. */
const NEVER = 4_000;

function policyOf(row: MeasuredRow): Record<string, unknown> {
  const manifests = objectsOf(row).map((object) => stringify(object));
  const { controls, problems } = readProject({
    files: new Map([['manifests.yaml', manifests.join('---\n')]]),
    catalog: ruleCatalog(),
  });
  expect(problems).toEqual([]);
  const call = { host: HOST, port: 8080, consumer: 'shop' };
  return outboundPolicy(call, worldOf(compose(controls)));
}

const title = `linkerd2-proxy${missing === undefined ? '' : ` (skipped: ${missing})`}`;
describe.skipIf(missing !== undefined)(title, () => {
  test.each(rows)('$situation', (row) => {
    const isUnending = row.after === 'never' || row.second !== undefined;
    const outcome = playCalls(rig, root, {
      policy: withBackends(policyOf(row)),
      profile: destinationProfile(row.profile),
      method: row.plays?.method ?? 'GET',
      failure: row.plays?.failure ?? '200',
      endpoints: row.never === undefined ? 3 : 1,
      calls: row.never === undefined ? 1 : 150,
      waitMs: isUnending ? NEVER : WAIT,
    });
    expect(differencesOf(row, outcome), JSON.stringify(outcome)).toEqual([]);
  });
});
