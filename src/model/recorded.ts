import * as z from 'zod/mini';

/**
 * Lines that a language's own dependency tool wrote, with the sets of features that need each.
 * A feature is a capability id, or a transport with how it is used, such as `serves-http` or `calls-grpc`.
 * A line is present when one set of `needs` is a subset of the features in use and none of `unless` is;
 * the empty set is a subset of any.
 *
 * Recorded by scripts/record-modules.mjs from `go mod tidy`, since a union of per-capability lists is not tidy.
 */
export const recordedListsSchema = z.record(
  z.string(),
  z.array(
    z.strictObject({
      line: z.string(),
      needs: z.array(z.array(z.string())),
      unless: z._default(z.array(z.array(z.string())), []),
    }),
  ),
);

/** List name (`direct`, `indirect`, `sums`) to its conditional lines, in output order. */
export type RecordedLists = z.infer<typeof recordedListsSchema>;

/** The lines that a set of features needs, list by list. */
export function selectRecorded(
  lists: RecordedLists,
  features: ReadonlySet<string>,
): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(lists).map(([name, entries]) => [
      name,
      entries
        .filter(({ needs, unless }) => needs.some(isIn(features)) && !unless.some(isIn(features)))
        .map(({ line }) => line),
    ]),
  );
}

function isIn(features: ReadonlySet<string>): (set: readonly string[]) => boolean {
  return (set) => set.every((feature) => features.has(feature));
}
