import { z } from 'zod';

import type { Environment } from './environment.ts';

/**
 * Which signals are exported. Where they go, and all else, the OpenTelemetry SDK reads from the OTEL_
 * variables itself.
 */
export type ObservabilitySettings = {
  readonly traces: boolean;
  readonly metrics: boolean;
  readonly logs: boolean;
};

/**
 * Without these variables the SDK would try a collector on localhost for ever, and it passes over values
 * that it cannot use.
 */
export function loadObservability(env: Environment): ObservabilitySettings {
  const endpoint = env.read('OTEL_EXPORTER_OTLP_ENDPOINT', collectorUrl);
  const isExported = (signal: string, exporters: readonly string[]) => {
    const own = env.read(`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`, collectorUrl);
    const exporter = env.read(`OTEL_${signal}_EXPORTER`, oneOf(exporters));
    return exporter ? exporter !== 'none' : Boolean(endpoint || own);
  };
  return {
    traces: isExported('TRACES', ['otlp', 'console', 'none']),
    metrics: isExported('METRICS', ['otlp', 'prometheus', 'console', 'none']),
    logs: isExported('LOGS', ['otlp', 'console', 'none']),
  };
}

const collectorUrl = z
  .string()
  .refine((text) => text === '' || isHttpUrl(text), 'must be an http or https URL with a host');

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}

function oneOf(values: readonly string[]) {
  const error = `must be one of ${values.join(', ')}`;
  return z.string().refine((text) => text === '' || values.includes(text), error);
}
