/** A YAML file as it stands in a repository or in memory. */
export type ManifestFile = { readonly path: string; readonly text: string };

/** One thing that is wrong with a manifest, at its place in the file. */
export type ManifestFinding = {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** A warning is accepted by the API server and Istio, and means something else than it seems to. */
  readonly severity: 'error' | 'warning';
  readonly message: string;
};

/** Where a value stands within an object. */
export type ValuePath = readonly (string | number)[];

/** A finding before it is placed in a file. */
export type Problem = {
  readonly at: ValuePath;
  readonly message: string;
  readonly severity?: 'error' | 'warning';
};

export type ManifestObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name?: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: unknown;
};

/** `spec.http[0].retries` */
export function formatPath(path: ValuePath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const key = /^[A-Za-z_$][\w$-]*$/.test(part) ? part : JSON.stringify(part);
    return text === '' ? key : `${text}.${key}`;
  }, '');
}
