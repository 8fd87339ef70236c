import { z } from 'zod';

import { identifier } from './identifier.js';

/** When a file or a slot contribution applies. All given conditions must hold. */
export const condition = z
  .strictObject({
    with: z.array(identifier).default([]),
    without: z.array(identifier).default([]),
    upstreams: z.enum(['some', 'none']).optional(),
    /** Id of the transport by which the service is called. */
    serves: identifier.optional(),
    /** Id of a transport by which it calls one upstream at least. */
    calls: identifier.optional(),
    /** Id of a transport that it serves or calls by. */
    uses: identifier.optional(),
    /** Id of the mesh that the service is for; what is in the folder of a mesh has it from there. */
    mesh: identifier.optional(),
    /**
     * `<capability>.<setting path>`, such as `mesh-ready.replicas`: it must be truthy, or what `is` or `above` say.
     * False where the capability is not on.
     */
    setting: z.string().optional(),
    /** With `setting`: it must be this value. */
    is: z.union([z.string(), z.number(), z.boolean()]).optional(),
    /** With `setting`: it must be a number above this one. */
    above: z.number().optional(),
  })
  .refine(({ setting, is, above }) => setting !== undefined || (is ?? above) === undefined, {
    error: '"is" and "above" compare a setting: name it under "setting"',
  });
export type Condition = z.infer<typeof condition>;
