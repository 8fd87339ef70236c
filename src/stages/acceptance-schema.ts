import * as z from 'zod/mini';

/** Why something stays as it is, and until when. */
const acceptanceShape = {
  reason: z
    .string({ error: 'must say why it stays' })
    .check(z.minLength(1, { error: 'must say why it stays' })),
  until: z.optional(
    z
      .string({ error: 'must be a date such as 2027-03-31' })
      .check(z.regex(/^\d{4}-\d{2}-\d{2}$/, { error: 'must be a date such as 2027-03-31' })),
  ),
};

/** Findings of `check` that somebody decided to live with. */
export const checkSchema = acceptances({
  code: z.string({ error: 'must be the code of a rule' }).check(
    z.regex(/^[A-Z][A-Z0-9_]+$/, {
      error: 'must be the code of a rule, such as OD_EJECTS_ALL',
    }),
  ),
  target: z.optional(z.string({ error: 'must be text' })),
});

/** Differences from the template that somebody intends. */
export const driftSchema = acceptances({
  path: z
    .string({ error: 'must be the path of a file' })
    .check(z.minLength(1, { error: 'must be the path of a file' })),
});

/** A list of what stays, and why, under `accept`. */
function acceptances<T extends z.core.$ZodShape>(shape: T) {
  const item = z.strictObject({ ...shape, ...acceptanceShape });
  return z._default(
    z.strictObject({ accept: z._default(z.array(item, { error: 'must be a list' }), []) }),
    { accept: [] },
  );
}
