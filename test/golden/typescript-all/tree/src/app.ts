import { fastify, LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';

import type { Config } from './config.ts';
import { addDeadline } from './deadline.ts';
import { addFailures } from './failures.ts';
import { addItems } from './items.ts';
import { addProbes } from './probes.ts';
import { connectionLimits } from './server.ts';
import { addUpstreams } from './upstreams.ts';
import type { Send } from './upstream/call.ts';
import type { Keys } from './auth/keys.ts';
import { addAuth } from './auth.ts';
import { addTelemetry } from './telemetry.ts';

/** What the service needs from outside. */
export type Dependencies = {
  readonly log: FastifyBaseLogger;
  /** Sends a call to an upstream, once. */
  readonly send: Send;
  /** Verify the tokens of callers. */
  readonly keys: Keys;
};

/** Wires the parts of the service. It listens nowhere: tests inject requests. */
export function buildApp(config: Config, dependencies: Dependencies): FastifyInstance {
  const app = fastify({
    loggerInstance: dependencies.log,
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (logger) => logger,
    return503OnClosing: false,
    ...connectionLimits(config.timeout),
  });
  addTelemetry(app);
  addFailures(app);
  addProbes(app);
  // The hooks of this scope are not run for probes.
  app.register((api, _options, done) => {
    addDeadline(api, config.timeout);
    addAuth(api, config.jwt, dependencies.keys);
    if (!config.jwt.readyWithoutKeys) app.readyWhen(dependencies.keys.missing);
    addUpstreams(api, config, dependencies.send);
    addItems(api);
    done();
  });
  return app;
}
