import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { defineConfig } from 'vitest/config';

import { findParts } from './scripts/find-parts.mjs';

// A new kind or rule is found without a build.
findParts(import.meta.dirname);

/**
 * One project a kind of test. `unit` and `contracts` need Node alone and take seconds; the others need
 * a toolchain, git or a built package.
 */
const projects: Readonly<
  Record<string, { include: string[]; timeout: number; inOrder?: boolean; group?: number }>
> = {
  unit: {
    include: ['test/{model,stages,rules,report,mesh,io,verify,docs,scripts}/**/*.test.ts'],
    timeout: 30_000,
  },
  contracts: { include: ['test/contracts/**/*.test.ts'], timeout: 60_000 },
  golden: { include: ['test/golden/*.test.ts'], timeout: 60_000 },
  commands: { include: ['test/commands/**/*.test.ts'], timeout: 120_000 },
  faults: { include: ['test/faults/**/*.test.ts'], timeout: 300_000, group: 1 },
  e2e: { include: ['test/e2e/**/*.test.ts'], timeout: 900_000, inOrder: true, group: 2 },
  conformance: {
    include: ['test/conformance/**/*.test.ts'],
    timeout: 600_000,
    inOrder: true,
    group: 4,
  },
  envoy: {
    include: ['test/{envoy,linkerd}/**/*.test.ts'],
    timeout: 300_000,
    inOrder: true,
    group: 5,
  },
  matrix: { include: ['test/matrix/**/*.test.ts'], timeout: 1_800_000, inOrder: true, group: 3 },
};

export default defineConfig({
  test: {
    projects: Object.entries(projects).map(([name, { include, timeout, inOrder, group }]) => ({
      test: {
        name,
        include,
        testTimeout: timeout,
        hookTimeout: timeout,
        fileParallelism: inOrder !== true,
        // Slow suites use both cores themselves: one group after the other.
        sequence: { groupOrder: group ?? 0 },
        // Keys of journals are made there, not in the home of whoever runs the tests.
        env: { XDG_STATE_HOME: join(tmpdir(), 'meshwright-tests') },
        unstubEnvs: true,
      },
    })),
  },
});
