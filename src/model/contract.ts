/** One method of a service, as its contract declares it. */
export type ContractMethod = {
  /** As a declaration and a route write it. */
  readonly name: string;
  /** Whether the contract says that it may be done twice; undefined where it says nothing. */
  readonly idempotent: boolean | undefined;
  readonly line: number;
  readonly column: number;
};

/** A service of a contract. */
export type ContractService = {
  readonly name: string;
  readonly methods: readonly ContractMethod[];
};

/** What one file of a contract holds. */
export type ContractReading = {
  readonly services: readonly ContractService[];
  /** Why the rest of the file could not be read. */
  readonly problem?: { readonly line: number; readonly column: number; readonly message: string };
};
