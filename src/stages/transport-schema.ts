import * as z from 'zod/mini';

import { transports } from '../transports/transports.js';

export const transportIds = transports.map(({ id }) => id);

/** How a service is called. */
const transportSchema = z.enum(transportIds, {
  error: `must be ${transportIds.join(' or ')}`,
});

/** The most methods of one service that anybody has to name one by one. */
export const mostMethods = 1_000;

const methodSchema = z.strictObject(
  {
    name: z
      .string({ error: 'must be text' })
      .check(z.maxLength(512, { error: 'must be at most 512 characters' })),
    idempotent: z.optional(z.boolean({ error: 'must be true or false' })),
  },
  {
    error: (issue) =>
      issue.code === 'invalid_type'
        ? 'must be a map such as { name: /items.v1.ItemsService/GetItem, idempotent: true }'
        : undefined,
  },
);

/** The methods of a service, each once; what their names look like is the transport's to say. */
const methodsSchema = z.array(methodSchema, { error: 'must be a list' }).check(
  z.maxLength(mostMethods, { error: `must hold at most ${mostMethods} methods` }),
  z.superRefine((methods, context) => {
    const seen = new Set<string>();
    for (const [index, { name }] of methods.entries()) {
      if (seen.has(name)) {
        const message = 'must not be listed twice';
        context.addIssue({ code: 'custom', message, path: [index, 'name'], input: name });
      }
      seen.add(name);
    }
  }),
);

/** Of a service and of an upstream alike. */
export const methodsShape = { methods: z.optional(methodsSchema) };

/** Of a service. */
export const transportShape = { transport: z.optional(transportSchema), ...methodsShape };
