import * as z from 'zod/mini';

import { durationSchema } from '../model/setting-schema.js';

export const defaultPort = 8_080;

/** Where an image is until somebody says: nobody can deploy it. */
export const placeholderImage = (name: string) => `registry.invalid/${name}:dev`;

/** True for a value under `.invalid` (RFC 2606), which nobody can deploy. */
export function isPlaceholder(text: string): boolean {
  return /\.invalid(?:[:/]|$)/.test(text);
}

/** Ports that the sidecar keeps for itself (istio.io, "Ports used by Istio"). */
const isSidecarPort = (port: number) => port >= 15_000 && port <= 15_090;

/** The grammar of distribution/reference, in lower case but for the tag. */
const IMAGE_PART = '[a-z0-9]+(?:(?:[.]|__?|-+)[a-z0-9]+)*';
const IMAGE = new RegExp(
  `^(?:${IMAGE_PART}:\\d{1,5}/)?${IMAGE_PART}(?:/${IMAGE_PART})*(?::\\w[\\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`,
);

const PORT_RANGE = 'must be a whole number from 1 to 65535';

/** A path at which an adopted service answers probes. */
export const probeSchema = z
  .string({ error: 'must be text' })
  .check(
    z.maxLength(255, { error: 'must be at most 255 characters' }),
    z.regex(/^\/[\w.~/-]*$/, { error: 'must be a path such as /healthz' }),
  );

const portSchema = z.int({ error: PORT_RANGE }).check(
  z.gte(1, { error: PORT_RANGE }),
  z.lte(65_535, { error: PORT_RANGE }),
  z.refine((port) => !isSidecarPort(port), {
    error: 'must not be from 15000 to 15090: the sidecar keeps these ports',
  }),
);

/** Settings of `service` that an environment may override, and `--set` may give. */
export const serviceSettings = {
  port: {
    schema: portSchema,
    default: String(defaultPort),
    doc: 'Port that it listens on; not 15000 to 15090, which the sidecar keeps.',
  },
  healthPort: {
    schema: portSchema,
    default: '',
    doc: 'Of a gRPC service: a second port that answers probes over HTTP, for what cannot ask by gRPC. Without it probes ask the service itself.',
  },
  reflection: {
    schema: z.boolean({ error: 'must be true or false' }),
    default: 'false',
    doc: 'Of a gRPC service: whether it tells callers its contract, as grpcurl asks for it.',
  },
  timeout: {
    schema: durationSchema('1ms', '24h', 'must be a duration from 1ms to 24h, such as 2s'),
    default: 'computed',
    doc: 'Deadline of an incoming request. By default 5s, or as long as all upstreams in turn and a second.',
  },
  'shutdown.delay': {
    schema: durationSchema('0s', '5m', 'must be a duration from 0s to 5m, such as 5s'),
    default: '5s',
    doc: 'From the signal to end, when readiness fails, until no further request is taken. In the manifests 0s unless it is set, since preStop waits before the signal.',
  },
  'shutdown.timeout': {
    schema: durationSchema('0s', '48h', 'must be a duration from 0s to 48h, such as 20s'),
    default: '',
    doc: 'Of an adopted service: how long its code waits for requests in flight when it stops. Unknown until it is declared.',
  },
  idleTimeout: {
    schema: durationSchema('1s', '24h', 'must be a duration from 1s to 24h, such as 90s'),
    default: '',
    doc: 'Of an adopted service: after which its code closes idle connections. Unknown until it is declared.',
  },
  image: {
    schema: z.string({ error: 'must be text' }).check(
      z.maxLength(512, { error: 'must be at most 512 characters' }),
      z.regex(IMAGE, {
        error: 'must be an image reference such as registry.example.com/orders:1.2.3',
      }),
    ),
    default: placeholderImage('{name}'),
    doc: 'Container image. By default a placeholder that nobody can deploy.',
  },
} as const;

export type ServiceKey = keyof typeof serviceSettings;
export const serviceKeys = Object.keys(serviceSettings) as readonly ServiceKey[];

export function isServiceKey(key: string): key is ServiceKey {
  return Object.hasOwn(serviceSettings, key);
}
