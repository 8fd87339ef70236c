import { duration, Environment, wholeNumber, type Variables } from './config/environment.ts';
import { loadUpstreams } from './config/upstreams.ts';
import { loadVariables } from './config/variables.ts';
import { loadJwt } from './config/jwt.ts';
import { loadObservability } from './config/observability.ts';

export type Config = ReturnType<typeof loadConfig>;

/**
 * The defaults, overridden by environment variables.
 *
 * @throws Error that names every variable with a value that cannot be used
 */
export function loadConfig(variables: Variables) {
  const env = new Environment(variables);
  const config = {
    /** Where the service listens. */
    port: env.read('SERVICE_PORT', wholeNumber(1, 65_535)),
    /** Milliseconds until an incoming request must be answered. */
    timeout: env.read('SERVICE_TIMEOUT', duration('1ms', '24h')),
    upstreams: loadUpstreams(env),
    /** Milliseconds for which further requests are taken after SIGTERM, while readiness fails. */
    shutdownDelay: env.read('SERVICE_SHUTDOWN_DELAY', duration('0s', '5m')),
    /** Milliseconds that requests in flight may take after that. */
    shutdownTimeout: env.read('SERVICE_SHUTDOWN_TIMEOUT', duration('1s', '48h')),
    /** Those that scaffold.yaml declares for the code of the service. */
    variables: loadVariables(env),
    observability: loadObservability(env),
    jwt: loadJwt(env),
  };
  env.throwIfInvalid();
  return config;
}
