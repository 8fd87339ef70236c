import { stopTelemetry } from './telemetry/start.ts'; // first: it instruments what the others load
import { buildApp } from './app.ts';
import { loadConfig } from './config.ts';
import { requireVariables } from './config/variables.ts';
import { createLogger } from './log.ts';
import { serve } from './server.ts';
import { createTransport } from './upstream/transport.ts';
import { fetchKeys } from './auth/keys.ts';

const log = createLogger();
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

try {
  const config = loadConfig(process.env);
  requireVariables(process.env);
  const app = buildApp(config, {
    log,
    send: createTransport(),
    keys: await fetchKeys(config.jwt.jwksUri, log),
  });
  await serve(app, config, stop.signal);
} catch (error) {
  log.error({ error }, 'service failed');
  process.exitCode = 1;
}
await stopTelemetry(log);
process.exit(); // an export may still hang
