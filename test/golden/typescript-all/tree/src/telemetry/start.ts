import { Environment } from '../config/environment.ts';
import { loadObservability } from '../config/observability.ts';
import { startTelemetry } from './sdk.ts';

// Importing this module starts telemetry. What it instruments must be loaded after it.
export const stopTelemetry = startTelemetry(loadObservability(new Environment(process.env)));
