import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parseAllDocuments } from 'yaml';

import { Service } from '../conformance/service.js';
import { at, type Manifest } from '../mesh/support/deploy.js';
import { needing } from '../mesh/support/tools.js';
import { runCli } from '../support/cli.js';
import { meshManifests, upstreamManifests } from './manifests.js';
import { redirect } from './redirect.js';
import { Replicas, type Behaviour } from './replicas.js';
import { Sidecar } from './sidecar.js';

/**
 * What `explain` says of a call is what happens: a generated Go service, the Envoy that Istio's own discovery code
 * configures from the generated manifests, and three replicas that fail. Counted is what reaches the replicas.
 */
const HOST = 'inventory.shop.svc.cluster.local';
const PORT = 18_080;
/** Not the upstream's: what a Sidecar imports depends on that. */
const NAMESPACE = 'web';
/** The port of the upstream on the sidecar. */
const proxy = { host: '127.0.0.1', port: PORT };
const tools = needing('istiod', 'envoy');
const root = mkdtempSync(join(tmpdir(), 'envoy-'));

type Outcome = {
  readonly title: string;
  readonly method: string;
  readonly failure: string;
  readonly requests: number;
  readonly callerSees: number;
};
type Policy = {
  readonly name: string;
  readonly flags: readonly string[];
  /** What somebody changed in the VirtualService by hand. */
  readonly edit?: readonly [from: string, to: string];
  /** What `explain` must say, so that a reader sees the numbers. */
  readonly requests: Readonly<Record<string, number>>;
};

const policies: readonly Policy[] = [
  {
    name: 'as it is generated',
    flags: ['--with', 'circuit-breaker,retry,mesh-ready'],
    requests: { 'upstream 503': 2, 'POST, connect refused': 3, 'POST, upstream 503': 1 },
  },
  {
    name: 'without the retry capability',
    flags: ['--with', 'mesh-ready'],
    requests: { 'connect refused': 3, 'upstream 503': 1, hangs: 1 },
  },
  {
    // Istio's default retries stay, under each try of the application, and repeat failed connections only.
    name: 'with HTTPRoutes',
    flags: [
      ...['--with', 'circuit-breaker,retry,mesh-ready'],
      ...['--set', 'mesh-ready.routes=gateway-api'],
    ],
    requests: {
      'connect refused': 6,
      'upstream 503': 2,
      hangs: 2,
      'POST, connect refused': 3,
      'POST, upstream 503': 1,
    },
  },
  {
    name: 'with 3 tries behind a sidecar that tries 3 times',
    flags: ['--with', 'retry,mesh-ready', '--set', 'retry.attempts=3'],
    edit: ['attempts: 0', 'attempts: 2\n        retryOn: 5xx'],
    requests: { 'upstream 503': 9, 'connect refused': 9, 'POST, upstream 503': 1 },
  },
];

/** Failures that replicas can play. The others need a network that swallows packets, or a crowd of callers. */
const behaviours: Readonly<Record<string, Behaviour | 'gone'>> = {
  'connect-failure': 'gone',
  reset: 'resets',
  '500': '500',
  '503': '503',
  timeout: 'hangs',
};

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

describe.skipIf(tools.skip)(`a real Envoy does what explain says${tools.note}`, () => {
  describe.each(policies)('$name', ({ name, flags, edit, requests }) => {
    const folder = join(root, name.replaceAll(' ', '-'));
    let outcomes: readonly Outcome[];

    beforeAll(async () => {
      const upstream = ['--upstream', `inventory=http://${HOST}:${PORT}`];
      const fixed = ['--set', `mesh-ready.namespace=${NAMESPACE}`, '--language', 'go', '--yes'];
      const made = await runCli(
        [
          'new',
          'service',
          'orders',
          '--dir',
          folder,
          '--no-verify',
          ...flags,
          ...upstream,
          ...fixed,
        ],
        { cwd: root },
      );
      expect(made.exitCode, made.stderr).toBe(0);
      if (edit !== undefined)
        replaceOnce(join(folder, 'deploy/mesh/orders-to-inventory.yaml'), edit);
      execFileSync('go', ['build', '-o', 'service', './cmd/orders'], { cwd: folder });
      const { stdout } = await runCli(['explain', 'inventory', '--json'], { cwd: folder });
      const document = JSON.parse(stdout) as { upstreams: { outcomes: Outcome[] }[] };
      outcomes = document.upstreams[0]!.outcomes.filter(({ failure }) => failure in behaviours);
    });

    test('explain says so', () => {
      const said = Object.fromEntries(outcomes.map((outcome) => [outcome.title, outcome.requests]));
      expect(said).toMatchObject(requests);
      expect(outcomes).toHaveLength(9);
    });

    test('and so it is', { timeout: 300_000 }, async () => {
      const seen: Outcome[] = [];
      for (const outcome of outcomes) seen.push({ ...outcome, ...(await play(folder, outcome)) });
      expect(seen).toEqual(outcomes);
    });
  });
});

/** One call, of a service that has just started, to replicas that fail. */
async function play(
  folder: string,
  { method, failure }: Outcome,
): Promise<Pick<Outcome, 'requests' | 'callerSees'>> {
  const behaviour = behaviours[failure]!;
  const replicas = new Replicas();
  const port = await replicas.start();
  onTestFinished(() => {
    replicas.stop();
  });
  const manifests = [
    ...meshManifests(folder),
    ...upstreamManifests({ port: PORT, targetPort: port }),
  ].join('\n---\n');
  const sidecar = await Sidecar.start(
    { name: 'orders', namespace: NAMESPACE, labels: { 'app.kubernetes.io/name': 'orders' } },
    manifests,
  );
  onTestFinished(() => {
    sidecar.stop();
  });
  if (behaviour === 'gone') replicas.stop();
  else replicas.behaviour = behaviour;

  // The sample routes of a service read; what it would do with a POST is what its sidecar does with one.
  const callerSees = method === 'GET' ? await callService(folder) : await post();
  const requests =
    behaviour === 'gone' ? await sidecar.counter('upstream_cx_connect_fail') : replicas.requests;
  sidecar.stop();
  replicas.stop();
  return { requests, callerSees };
}

/** The status that a caller of the service gets. It runs with the settings of its Deployment. */
async function callService(folder: string): Promise<number> {
  const redirected = await redirect(`${HOST}:${PORT}`, proxy);
  const service = await Service.start([join(folder, 'service')], {
    ...deployedSettings(folder),
    UPSTREAM_INVENTORY_URL: redirected.url,
  });
  try {
    return (await service.get('/v1/upstreams/inventory/items/1')).status;
  } finally {
    await service.kill();
    redirected.stop();
  }
}

async function post(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const headers = { host: `${HOST}:${PORT}` };
    const path = `http://${HOST}:${PORT}/v1/items`;
    request({ ...proxy, method: 'POST', path, headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    })
      .on('error', reject)
      .end('{}');
  });
}

/** The environment variables of the Deployment that have a value of their own. */
function deployedSettings(folder: string): Record<string, string> {
  const deployment = readManifests(join(folder, 'deploy/base/deployment.yaml'))[0];
  const variables = at(deployment, 'spec.template.spec.containers.0.env') as {
    readonly name: string;
    readonly value?: string;
  }[];
  return Object.fromEntries(
    variables.flatMap(({ name, value }) =>
      value === undefined || name.startsWith('SERVICE_') ? [] : [[name, value]],
    ),
  );
}

function readManifests(path: string): Manifest[] {
  return parseAllDocuments(readFileSync(path, 'utf8')).map(
    (document) => document.toJS() as Manifest,
  );
}

function replaceOnce(path: string, [from, to]: readonly [string, string]): void {
  const text = readFileSync(path, 'utf8');
  expect(text.split(from)).toHaveLength(2);
  writeFileSync(path, text.replace(from, to));
}
