import { defineConfig } from 'vitest/config';

// OpenTelemetry is global, and instruments modules when they are first loaded.
const telemetry = ['telemetry/**/*.test.ts', '**/*-{metrics,trace}.test.ts'];

export default defineConfig({
  test: {
    dir: 'test',
    // Test files share the modules that they load: that saves most of the time.
    isolate: false,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    projects: [
      { extends: true, test: { name: 'shared', exclude: telemetry } },
      { extends: true, test: { name: 'isolated', include: telemetry, isolate: true } },
    ],
  },
});
