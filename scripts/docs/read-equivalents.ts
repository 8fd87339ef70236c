import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';

/** What another tool says under one code, and what says it here. */
export type Equivalent = {
  readonly code: string;
  /** What the other tool calls it. */
  readonly name: string;
  /** Codes of our rules. */
  readonly rules?: readonly string[];
  /** The schema of the kind says it. */
  readonly schema?: boolean;
  /** Why manifests do not decide it. */
  readonly excluded?: string;
  /** Why it is not, or not wholly, said here. */
  readonly open?: string;
};

/** @param tool `istioctl` or `kiali` */
export function readEquivalents(tool: 'istioctl' | 'kiali', root: string): readonly Equivalent[] {
  const path = join(root, 'scripts/docs', `equivalents-${tool}.yaml`);
  return parse(readFileSync(path, 'utf8')) as readonly Equivalent[];
}
