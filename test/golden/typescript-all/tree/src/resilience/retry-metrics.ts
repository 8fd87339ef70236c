import { metrics, ValueType } from '@opentelemetry/api';

const repeats = metrics.getMeter('resilience').createCounter('upstream.retries', {
  description: 'How often a call to an upstream was tried again, by what went wrong.',
  unit: '{retry}',
  valueType: ValueType.INT,
});

export function countRepeat(upstream: string, reason: string): void {
  repeats.add(1, { upstream, reason });
}
