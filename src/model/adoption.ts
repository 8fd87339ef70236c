import { z } from 'zod';

/** How `init` recognises a service in a language that was made by hand, and how our code lives in it. */
export const adoptionSchema = z.strictObject({
  /** File at the root whose presence says so. */
  marker: z.string().min(1),
  /** Regular expression whose first group is the module's name in the marker. */
  module: z.string().min(1),
  /** Regular expression for the paths of source files, and for those of tests among them. */
  sources: z.string().min(1),
  tests: z.string().min(1),
  /** Where our folders lie in such a service, so that they meet none of its own. */
  moves: z.record(z.string().regex(/\/$/), z.string().regex(/\/$/)).default({}),
  /**
   * Regular expression for what a source file refers to another by. Its first group is a path, relative to the
   * file when it starts with a dot, else to the root; `{module}` stands for the module's name.
   */
  reference: z.string().min(1),
  /** Commands that bring dependencies, of the process and of its tests alone; `{names}` are `name@version`. */
  install: z.strictObject({ process: z.string().min(1), tests: z.string().min(1) }),
  /** A file at the root without which our code cannot be part of such a service, and what the service is then. */
  needs: z.strictObject({ file: z.string().min(1), otherwise: z.string().min(1) }).optional(),
  /**
   * By transport, how code shows that it is called by it: what the marker must name, where code offers a service (the
   * first group is what the service is called there), and where it offers the one that tells its health. Regular
   * expressions.
   */
  serves: z
    .record(
      z.string(),
      z.strictObject({
        needs: z.string().min(1),
        at: z.string().min(1),
        health: z.string().min(1),
      }),
    )
    .default({}),
  /** What such a service must have for our code to compile and its tests to run, a sentence each. */
  conditions: z.array(z.string().min(1)).default([]),
});
export type Adoption = z.infer<typeof adoptionSchema>;
