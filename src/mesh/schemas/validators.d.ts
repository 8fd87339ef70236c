/** Made by scripts/compile-schemas.ts from schemas/*.json. */

export type SchemaError = {
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
};

export type Validator = {
  (value: unknown): boolean;
  errors?: readonly SchemaError[] | null;
};

/** A validator for each `<apiVersion>/<kind>`. */
export const validators: ReadonlyMap<string, Validator>;

/** Names of all fields anywhere in a kind, separated by spaces, by the same key. */
export const fieldNames: ReadonlyMap<string, string>;
