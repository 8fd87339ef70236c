import type { Kind } from '../../../manifests/kind.js';
import { checkTelemetry } from '../checks/telemetry.js';
import { readTelemetry } from '../read/traffic.js';
import { readSelection } from '../read/selection.js';
import { readTelemetryProviders } from '../read/telemetry.js';

export const telemetry: Kind = {
  group: 'telemetry.istio.io',
  kind: 'Telemetry',
  schema: 'telemetry.istio.io/v1',
  alsoServed: ['telemetry.istio.io/v1alpha1'],
  check: checkTelemetry,
  read: (object) => [
    ...readTelemetry(object),
    ...readTelemetryProviders(object),
    readSelection(object),
  ],
};
