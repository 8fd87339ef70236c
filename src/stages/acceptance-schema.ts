import * as z from 'zod/mini';

import { hasInvisible } from '../model/text.js';

const NO_DAY = 'must be a date such as 2027-03-31';
const NO_REASON = 'must say why it stays';
const NOT_VISIBLE = 'must not contain invisible characters';

/** Why something stays as it is, and until when. A reason of several lines is told as one. */
const acceptanceShape = {
  reason: z
    .pipe(
      z.string({ error: NO_REASON }),
      z.transform((text) => text.trim().replaceAll(/\s+/g, ' ')),
    )
    .check(z.minLength(1, { error: NO_REASON }), visible()),
  until: z.optional(z.string({ error: NO_DAY }).check(z.refine(isDay, { error: NO_DAY }))),
};

/** A day of the calendar. */
function isDay(text: string): boolean {
  const [, year = 0, month = 0, day = 0] = (/^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? []).map(
    Number,
  );
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return days !== undefined && day >= 1 && day <= days;
}

function visible() {
  return z.refine<string>((text) => !hasInvisible(text), { error: NOT_VISIBLE });
}

/** A finding of `check` that stays. */
const findingAcceptanceSchema = z.strictObject({
  code: z.string({ error: 'must be the code of a rule' }).check(
    z.regex(/^[A-Z][A-Z0-9_]+$/, {
      error: 'must be the code of a rule, such as OD_EJECTS_ALL',
    }),
  ),
  target: z.optional(z.string({ error: 'must be text' }).check(visible())),
  ...acceptanceShape,
});
const NO_GLOB = 'must be a glob of files below this folder, such as deploy/drafts/**';

/** What `check` leaves out: findings that stay, and files. */
export const checkSchema = z._default(
  z.strictObject({
    accept: z._default(z.array(findingAcceptanceSchema, { error: 'must be a list' }), []),
    exclude: z._default(
      z.array(z.string({ error: NO_GLOB }).check(z.minLength(1, { error: NO_GLOB }), visible()), {
        error: 'must be a list of globs',
      }),
      [],
    ),
  }),
  { accept: [], exclude: [] },
);

/** Differences from the template that somebody intends. */
export const driftSchema = acceptances({
  path: z
    .string({ error: 'must be the path of a file' })
    .check(z.minLength(1, { error: 'must be the path of a file' }), visible()),
});

/** A list of what stays, and why, under `accept`. */
function acceptances<T extends z.core.$ZodShape>(shape: T) {
  const item = z.strictObject({ ...shape, ...acceptanceShape });
  return z._default(
    z.strictObject({ accept: z._default(z.array(item, { error: 'must be a list' }), []) }),
    { accept: [] },
  );
}
