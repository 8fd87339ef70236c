import { z } from 'zod';

/** The id of a capability, a language, a slot or a library. */
export const identifier = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, 'lower-case letters, digits and "-"');
