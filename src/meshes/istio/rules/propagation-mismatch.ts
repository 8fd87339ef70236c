import { cite, type Rule } from '../../../rules/rule.js';

/** What a provider's spans travel in, by its kind in MeshConfig. */
const FORMATS: Readonly<Record<string, readonly string[]>> = {
  opentelemetry: ['tracecontext'],
  zipkin: ['b3', 'b3multi'],
};

export const propagationMismatch: Rule = {
  code: 'PROPAGATION_MISMATCH',
  severity: 'error',
  layer: 'both',
  title: 'The mesh and the application write trace ids in different headers.',
  reads: ['app/tracing', 'mesh/tracing', 'mesh/meshConfig'],
  why: 'The OpenTelemetry provider reads and writes traceparent alone, the Zipkin provider B3. An application that only speaks the other starts a new trace (measured).',
  fix: 'W3C trace context in both.',
  check: ({ all }) => {
    const [app] = all('app/tracing');
    const [config] = all('mesh/meshConfig');
    if (app === undefined || config === undefined) return undefined;
    const { propagators } = app.values;
    return all('mesh/tracing').flatMap(({ target, values }) =>
      values.providers.flatMap((provider) => {
        const kind = config.values.tracingProviders[provider.value] ?? '';
        const formats = FORMATS[kind] ?? [];
        if (formats.length === 0 || formats.some((format) => propagators.value.includes(format)))
          return [];
        return [
          {
            target,
            at: provider.place,
            also: [propagators.place],
            message: `Provider ${provider.value} (${kind}) writes ${formats.join(' or ')}, and the application reads ${propagators.value.join(', ')} (${cite(propagators.place)}): each starts a trace of its own.`,
            fix: 'An opentelemetry provider in the mesh, and OTEL_PROPAGATORS=tracecontext,baggage in the application.',
          },
        ];
      }),
    );
  },
};
