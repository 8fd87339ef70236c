import { describe, expect, test } from 'vitest';

import { Environment } from '../../src/config/environment.ts';
import { loadObservability } from '../../src/config/observability.ts';
import { expectRange, loadPart } from '../support/config.ts';

function load(variables: Record<string, string>) {
  return loadPart(loadObservability, variables);
}

const collector = 'http://collector:4318';

describe('observability', () => {
  const nothing = { traces: false, metrics: false, logs: false };
  const everything = { traces: true, metrics: true, logs: true };

  test.each([
    ['nothing', {}, nothing],
    ['one collector', { OTEL_EXPORTER_OTLP_ENDPOINT: collector }, everything],
    [
      'traces collector',
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: collector },
      { ...nothing, traces: true },
    ],
    [
      'metrics collector',
      { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'https://collector/v1/metrics' },
      { ...nothing, metrics: true },
    ],
    ['logs exporter', { OTEL_LOGS_EXPORTER: 'console' }, { ...nothing, logs: true }],
    [
      'all but metrics',
      { OTEL_EXPORTER_OTLP_ENDPOINT: collector, OTEL_METRICS_EXPORTER: 'none' },
      { ...everything, metrics: false },
    ],
  ])('%s', (_name, variables: Record<string, string>, settings) => {
    expect(load(variables)).toEqual(settings);
  });
});

describe('observability refuses', () => {
  const urls = ['collector:4318', 'http://', 'grpc://collector:4317', 'http://%zz'];

  test.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', [collector], urls],
    ['OTEL_EXPORTER_OTLP_LOGS_ENDPOINT', [collector], urls],
    ['OTEL_TRACES_EXPORTER', ['otlp', 'console', 'none'], ['carrier-pigeon', 'prometheus']],
    ['OTEL_METRICS_EXPORTER', ['otlp', 'prometheus', 'console', 'none'], ['carrier-pigeon']],
    ['OTEL_LOGS_EXPORTER', ['otlp', 'console', 'none'], ['carrier-pigeon', 'prometheus']],
  ])('%s', (name, accepted, refused) => {
    expectRange(load, name, { accepted, refused });
  });

  test('says what is possible', () => {
    const refusal = (variables: Record<string, string>) => () => load(variables);
    expect(refusal({ OTEL_LOGS_EXPORTER: 'x' })).toThrow('must be one of otlp, console, none');
    expect(refusal({ OTEL_EXPORTER_OTLP_ENDPOINT: 'x' })).toThrow('http or https URL with a host');
  });
});

test('telemetry stays off when a variable is wrong', () => {
  const env = new Environment({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318',
    OTEL_LOGS_EXPORTER: 'carrier-pigeon',
  });
  expect(loadObservability(env)).toEqual({ traces: false, metrics: false, logs: false });
});
