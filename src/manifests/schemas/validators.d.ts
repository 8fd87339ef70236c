/** Made by scripts/compile-schemas.ts from schemas/*.json. */

/** What Ajv found; without words within a branch of a choice, which is reported itself. */
export type SchemaError =
  | {
      readonly instancePath: string;
      readonly keyword: string;
      readonly params: Readonly<Record<string, unknown>>;
    }
  | { readonly instancePath?: undefined };

export type Validator = {
  (value: unknown): boolean;
  errors?: readonly SchemaError[] | null;
};

/** A validator for each `<apiVersion>/<kind>`. */
export const validators: ReadonlyMap<string, Validator>;

/** Names of all fields anywhere in a kind, separated by spaces, by the same key. */
export const fieldNames: ReadonlyMap<string, string>;

/** The Go module that a kind's schema was made of, as `istio.io/api@v1.31.1`, by the same key; empty for our own. */
export const origins: ReadonlyMap<string, string>;
