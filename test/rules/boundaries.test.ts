import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { checkProjects } from '../../src/project/check-project.js';
import { readFolder } from '../support/read-folder.js';
import { ruleCatalog } from '../support/rule-catalog.js';

/** A rule's good example with one text in it replaced: the last value that is silent, the first that is not. */
const boundaries: readonly (readonly [
  code: string,
  replaced: string | RegExp,
  silent: string,
  reported: string,
])[] = [
  // 100·1/N ≤ P, and Istio's default of 10 acts from ten endpoints on.
  ['OD_NEVER_EJECTS', /maxEjectionPercent: 34/, 'maxEjectionPercent: 34', 'maxEjectionPercent: 33'],
  ['OD_NEVER_EJECTS', /replicas: 3([^]*)maxEjectionPercent: 34/, 'replicas: 10$1', 'replicas: 9$1'],
  ['OD_EJECTS_ALL', /maxEjectionPercent: \d+/, 'maxEjectionPercent: 99', 'maxEjectionPercent: 100'],
  ['OD_PANIC_CANCELS', /minHealthPercent: 50/, 'minHealthPercent: 66', 'minHealthPercent: 67'],
  ['OD_GATEWAY_SHADOWED', /Errors: 3/, 'Errors: 4', 'Errors: 5'],
  [
    'OD_RETRY_COUPLED',
    /consecutive5xxErrors: 5/,
    'consecutive5xxErrors: 4',
    'consecutive5xxErrors: 3',
  ],
  ['OD_SINGLE_REPLICA', /replicas: 2/, 'replicas: 2', 'replicas: 1'],
  ['OD_SINGLE_REPLICA', /replicas: 2/, 'paused: false', 'replicas: 1'],
  ['BREAKER_SEES_ONE_POD', 'failureRatio: 0.7', 'failureRatio: 0.34', 'failureRatio: 0.33'],
  ['BREAKER_SEES_ONE_POD', 'minimumRequests: 15', 'minimumRequests: 15', 'minimumRequests: 14'],
  ['CB_BELOW_CONCURRENCY', '1024', '256', '255'],
  ['CB_PENDING_TINY', '1024', '10', '9'],
  ['PERTRY_GE_TIMEOUT', /perTryTimeout: \w+/, 'perTryTimeout: 1999ms', 'perTryTimeout: 2s'],
  ['ATTEMPTS_UNREACHABLE', /timeout: 1s/, 'timeout: 800ms', 'timeout: 799ms'],
  // Pauses of at most 25 and 75 ms, and no longer than ten times the first.
  ['CONNECT_TIMEOUT_UNREACHABLE', 'timeout: 2s', 'timeout: 1300ms', 'timeout: 1299ms'],
  [
    'CONNECT_TIMEOUT_UNREACHABLE',
    /timeout: 2s([^]*)attempts: 2/,
    'timeout: 3175ms$1attempts: 5',
    'timeout: 3174ms$1attempts: 5',
  ],
  ['APP_TIMEOUT_BELOW_MESH', 'timeout: 1950ms', 'timeout: 1950ms', 'timeout: 1951ms'],
  ['BODY_NOT_RETRIED', '900000', '1048576', '1048577'],
  ['JWT_SKEW', 'leeway: 60s', 'leeway: 60s', 'leeway: 59s'],
  ['JWT_SKEW', 'leeway: 60s', 'leeway: 60s', 'leeway: 61s'],
  ['JWKS_ROTATION', 'cacheFor: 10m', 'cacheFor: 20m', 'cacheFor: 1201s'],
  ['KEEPALIVE_RACE', 'idleTimeout: 60s', 'idleTimeout: 89s', 'idleTimeout: 90s'],
  ['PDB_BLOCKS', 'maxUnavailable: 1', 'minAvailable: 2', 'minAvailable: 3'],
  ['PDB_BLOCKS', 'maxUnavailable: 1', 'minAvailable: 66%', 'minAvailable: 67%'],
  ['PDB_BLOCKS', 'maxUnavailable: 1', 'maxUnavailable: 1%', 'maxUnavailable: 0%'],
  [
    'SHUTDOWN_NATIVE',
    /terminationGracePeriodSeconds: \d+/,
    'terminationGracePeriodSeconds: 27',
    'terminationGracePeriodSeconds: 26',
  ],
  [
    'SHUTDOWN_LEGACY',
    'terminationDrainDuration: 25s',
    'terminationDrainDuration: 25s',
    'terminationDrainDuration: 24s',
  ],
  [
    'SHUTDOWN_NATIVE',
    'service:\n',
    'service:\n  shutdown: { delay: 3s }\n',
    'service:\n  shutdown: { delay: 3001ms }\n',
  ],
  [
    'SHUTDOWN_NATIVE',
    'image: registry.example.com/orders:1',
    'env: [{ name: SERVICE_SHUTDOWN_DELAY, value: 3s }]',
    'env: [{ name: SERVICE_SHUTDOWN_DELAY, value: 4s }]',
  ],
  [
    'SHUTDOWN_LEGACY',
    'service:\n',
    'service:\n  shutdown: { delay: 0s }\n',
    'service:\n  shutdown: { delay: 1ms }\n',
  ],
  ['PRESTOP_MISSING', /seconds: \d+/, 'seconds: 1', 'seconds: 0'],
  ['RETRY_DEPTH', 'attempts: 4', 'attempts: 10', 'attempts: 11'],
  [
    'SAMPLING_MULTIPLIES',
    /randomSamplingPercentage: [\d.]+/,
    'randomSamplingPercentage: 100',
    'randomSamplingPercentage: 99.9',
  ],
  [
    'METRICS_STRICT',
    /prometheus.io\/port: .*/,
    "prometheus.io/port: '15091'",
    "prometheus.io/port: '15090'",
  ],
];

const root = fileURLToPath(new URL('.', import.meta.url));

function codesOf(code: string, replaced: string | RegExp, text: string): readonly string[] {
  const example = readFolder(`${root}/${code}/good`);
  const changed = new Map([...example].map(([path, own]) => [path, own.replace(replaced, text)]));
  expect([...example.values()].some((own) => own.search(replaced) !== -1)).toBe(true);
  const services = [...changed.keys()].filter((path) => path.endsWith('/scaffold.yaml'));
  const folders =
    services.length === 0 ? [''] : services.map((path) => path.replace('scaffold.yaml', ''));
  const checked = checkProjects(
    folders.map((folder) => ({
      files: new Map(
        [...changed]
          .filter(([path]) => path.startsWith(folder))
          .map(([path, own]) => [path.slice(folder.length), own]),
      ),
      catalog: ruleCatalog(),
    })),
  );
  expect(checked.flatMap(({ problems }) => problems)).toEqual([]);
  return checked.flatMap(({ findings }) => findings.map((finding) => finding.code));
}

test.each(boundaries)(
  '%s: %s is silent as "%s" and reported as "%s"',
  (code, replaced, silent, reported) => {
    expect(codesOf(code, replaced, silent)).not.toContain(code);
    expect(codesOf(code, replaced, reported)).toContain(code);
  },
);
