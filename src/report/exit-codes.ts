import type { exitCodes } from '../model/errors.js';

/** What each exit code tells a script. */
export const exitCodeMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  clean: 'done, and nothing to report',
  findings: 'findings: drift, broken rules, a verification that failed',
  usage: 'wrong usage or invalid input; nothing was written',
  conflicts: 'conflicts to resolve',
  inputNeeded: 'an answer is missing and there is nobody to ask; the message names the flag',
  untrusted: 'a capability pack is not trusted',
  environment:
    'the environment: a required toolchain, git or the disk; what it should have proven is not verified',
  bug: 'a bug of this tool',
  interrupted: 'interrupted',
};
