import { exitCodes, type ExitCode } from '../model/errors.js';
import type { Verification } from '../model/verification.js';

/** A missing toolchain is never a pass. */
export function exitCodeOf({ status }: Verification): ExitCode {
  switch (status) {
    case 'passed':
    case 'skipped':
      return exitCodes.clean;
    case 'failed':
      return exitCodes.findings;
    case 'not-verified':
      return exitCodes.environment;
  }
}
