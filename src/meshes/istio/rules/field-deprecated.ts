import { down, exists, locate, number, targetOf, type Cursor } from '../../../manifests/cursor.js';
import type { Composition } from '../../../flow/composition.js';
import type { Report, Rule } from '../../../rules/rule.js';
import { worldOf } from '../../world.js';
import { routesOf, virtualServicesOf } from '../written/virtual-services.js';

export const fieldDeprecated: Rule = {
  code: 'FIELD_DEPRECATED',
  severity: 'info',
  layer: 'mesh',
  title: 'A field has a successor, or is not read any more.',
  reads: ['mesh/objects'],
  why: 'fault.delay.percent is whole percents and has given way to percentage; outboundTrafficPolicy.egressProxy of a Sidecar is ignored by the proxies of today, and the tracing provider lightstep has given way to opentelemetry (IST0002).',
  fix: 'The field that took its place.',
  check: (composition) => [
    ...virtualServicesOf(composition).flatMap((object) =>
      routesOf(object).flatMap(({ at }) =>
        checkDelay(object, down(at, 'fault', 'delay', 'percent')),
      ),
    ),
    ...worldOf(composition)
      .ofKind('networking.istio.io', 'Sidecar')
      .flatMap((object) =>
        checkProxy(object, down(object, 'spec', 'outboundTrafficPolicy', 'egressProxy')),
      ),
    ...checkTracing(composition),
  ],
};

function checkDelay(object: Cursor, at: Cursor): Report[] {
  const { value } = number(at, 0);
  if (value === 0) return [];
  return [
    {
      target: targetOf(object),
      at: locate(at),
      message: 'fault.delay.percent is deprecated, and holds whole percents only.',
      fix: `percentage: { value: ${value} }`,
    },
  ];
}

function checkProxy(object: Cursor, at: Cursor): Report[] {
  if (!exists(at)) return [];
  return [
    {
      target: targetOf(object),
      at: locate(at),
      message: 'outboundTrafficPolicy.egressProxy is ignored: requests go out by themselves.',
      fix: 'Route them through an egress gateway by a VirtualService.',
    },
  ];
}

/** Tracing that goes to a provider whose protocol has gone. */
function checkTracing({ all }: Composition): Report[] {
  const kinds = new Map(
    all('mesh/meshConfig').flatMap(({ values }) => Object.entries(values.tracingProviders)),
  );
  return all('mesh/tracing').flatMap(({ target, values }) =>
    values.providers
      .filter(({ value }) => kinds.get(value) === 'lightstep')
      .map(({ value, place }) => ({
        target,
        at: place,
        message: `Tracing provider ${value} is of kind lightstep, which Istio has deprecated.`,
        fix: 'A provider of kind opentelemetry.',
      })),
  );
}
