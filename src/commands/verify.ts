import { resolve } from 'node:path';

import type { Host } from '../io/host.js';
import { describeVerification } from '../report/created-service.js';
import { formatProof } from '../report/proof-text.js';
import type { Outcome } from './outcome.js';
import { exitCodeOf } from './verification-exit-code.js';
import { verifyWithProgress } from './verify-with-progress.js';

/** Runs the tests of a service that is there, and validates its manifests. */
export async function verify(
  { path, race }: { readonly path: string; readonly race: boolean },
  host: Host,
): Promise<Outcome> {
  const verification = await verifyWithProgress({ root: resolve(host.cwd, path), race }, host);
  return {
    exitCode: exitCodeOf(verification),
    document: { verification: describeVerification(verification), findings: [] },
    text: (page) => `${formatProof(verification, page)}\n`,
  };
}
