import type { TelemetryProviderControl } from '../../../model/selection-control.js';
import {
  down,
  flag,
  itemsOf,
  locate,
  namespaceOf,
  targetOf,
  text,
  type Cursor,
} from '../../../manifests/cursor.js';

const SECTIONS = ['tracing', 'metrics', 'accessLogging'] as const;

/** The providers that a Telemetry names, entry by entry. */
export function readTelemetryProviders(object: Cursor): TelemetryProviderControl[] {
  const spec = down(object, 'spec');
  return SECTIONS.flatMap((section) =>
    itemsOf(down(spec, section)).map((entry) => ({
      layer: 'mesh' as const,
      kind: 'telemetryProvider' as const,
      target: targetOf(object),
      namespace: namespaceOf(object),
      place: locate(entry),
      values: {
        section,
        providers: itemsOf(down(entry, 'providers')).map((provider) =>
          text(down(provider, 'name')),
        ),
        isDisabled:
          flag(down(entry, 'disabled'), false).value ||
          flag(down(entry, 'disableSpanReporting'), false).value,
      },
    })),
  );
}
