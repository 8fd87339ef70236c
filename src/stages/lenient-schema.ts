import * as z from 'zod/mini';

/** A map that may be written without a value. */
export function nullAsEmpty<T extends z.core.$ZodType>(schema: T) {
  return z.pipe(
    z.transform((value: unknown): unknown => value ?? {}),
    schema,
  );
}

/** A record of zod drops this one key without a word. */
export function withoutPrototype<T extends z.core.$ZodType>(schema: T) {
  return z.pipe(
    z.transform((value: unknown, { issues }) => {
      if (Object.hasOwn(value ?? {}, '__proto__')) {
        const message = 'is not a name';
        issues.push({ code: 'custom', path: ['__proto__'], message, input: value });
      }
      return value;
    }),
    schema,
  );
}

/** A list that may be written without a value. */
export function nullAsEmptyList<T extends z.core.$ZodType>(schema: T) {
  return z.pipe(
    z.transform((value: unknown): unknown => value ?? []),
    schema,
  );
}
