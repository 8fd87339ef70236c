import { parse } from 'yaml';
import { z } from 'zod';

import { HOST } from './measured.js';

/** A message in the JSON form of protobuf. */
type Message = Record<string, unknown>;

const DISCOVERED = {
  queue: { capacity: 100, failfastTimeout: '3s' },
  balancer: {
    discovery: { dst: { path: `${HOST}:8080` } },
    peakEwma: { defaultRtt: '0.030s', decay: '10s' },
  },
};

/** An OutboundPolicy whose every rule sends to the endpoints that the control plane knows: no manifest has them. */
export function withBackends(policy: Message): Message {
  return fill(policy) as Message;
}

function fill(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fill);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => [
      name,
      name === 'rules' && Array.isArray(member)
        ? member.map((rule: Message) => ({ ...rule, backends: backendsOf(rule['backends']) }))
        : fill(member),
    ]),
  );
}

function backendsOf(written: unknown): Message {
  if (written === undefined)
    return { firstAvailable: { backends: [{ backend: { metadata: service, ...DISCOVERED } }] } };
  const { randomAvailable } = distribution.parse(written);
  return {
    randomAvailable: {
      backends: randomAvailable.backends.map(({ weight, backend }) => ({
        weight,
        backend: { backend: { ...backend.backend, ...DISCOVERED } },
      })),
    },
  };
}

const service = {
  resource: { group: 'core', kind: 'Service', name: 'inventory', namespace: 'shop', port: 8080 },
};

const distribution = z.strictObject({
  randomAvailable: z.strictObject({
    backends: z.array(
      z.strictObject({
        weight: z.number(),
        backend: z.strictObject({ backend: z.record(z.string(), z.unknown()) }),
      }),
    ),
  }),
});

const profileSchema = z.strictObject({
  routes: z.array(
    z.strictObject({
      name: z.string(),
      condition: z.strictObject({ pathRegex: z.string() }),
      isRetryable: z.boolean().default(false),
      timeout: z
        .string()
        .regex(/^\d+ms$/)
        .optional(),
    }),
  ),
});

/**
 * The DestinationProfile that Linkerd's controller sends for a ServiceProfile, or for none.
 * @param profile the `spec` of the ServiceProfile, as YAML
 */
export function destinationProfile(profile?: string): Message {
  if (profile === undefined) return { fullyQualifiedName: HOST };
  return {
    fullyQualifiedName: HOST,
    routes: profileSchema
      .parse(parse(profile))
      .routes.map(({ name, condition, isRetryable, timeout }) => ({
        condition: { path: { regex: condition.pathRegex } },
        metricsLabels: { route: name },
        isRetryable,
        ...(timeout !== undefined && { timeout: `${Number.parseInt(timeout) / 1_000}s` }),
      })),
    // What holds where a ServiceProfile has no budget.
    retryBudget: { retryRatio: 0.2, minRetriesPerSecond: 10, ttl: '10s' },
  };
}
