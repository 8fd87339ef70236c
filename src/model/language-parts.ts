import { z } from 'zod';

import { identifier } from './identifier.js';

/** Dependency files that only the language's own tool can finish once two sides have changed them. */
export const settle = z.strictObject({
  /** What is declared, and what is made from it. */
  from: z.array(z.string().min(1)).min(1),
  /** Those of them that the command writes. */
  makes: z.array(z.string().min(1)).min(1),
  command: z.string().regex(/^\S+(?: \S+)+$/, 'a command such as go mod tidy'),
});
export type Settle = z.infer<typeof settle>;

/** Names that no service in the language can have, with the reason; `{name}` in it stands for the name. */
export const reservedNames = z.strictObject({
  names: z.array(z.string().min(1)).min(1),
  reason: z.string().min(1),
});

/**
 * Methods of the sample's contract, by the id of a transport whose methods have names: what a new service declares of
 * itself, and of upstreams that the sample calls.
 */
export const sampleMethods = z
  .record(
    identifier,
    z.array(z.strictObject({ name: z.string().min(1), idempotent: z.literal(true).optional() })),
  )
  .default({});

/** Ids of the transports by which generated services are called, and by which they call. */
export const transports = z
  .strictObject({
    serves: z.array(identifier).default(['http']),
    calls: z.array(identifier).default(['http']),
  })
  .prefault({});
