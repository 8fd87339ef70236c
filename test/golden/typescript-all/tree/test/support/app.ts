import { buildApp, type Dependencies } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { captureLog } from './log.ts';

/** The whole service, and what it has logged. It calls nobody. */
export function buildTestApp(overrides: Partial<Dependencies> = {}) {
  const { log, lines } = captureLog();
  const app = buildApp(loadConfig({}), {
    log,
    send: () => Promise.reject(new Error('no call was expected')),
    keys: {
      find: () => Promise.reject(new Error('no token was expected')),
      missing: () => undefined,
    },
    ...overrides,
  });
  return { app, lines };
}
