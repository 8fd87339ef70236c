import type { ProcessResult } from '../io/process.js';

/** What npm says when the network, the registry, the disk or the version of Node is at fault. */
const MACHINE =
  /\b(?:ENOTFOUND|ETIMEDOUT|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ENETUNREACH|E429|E5\d\d|ENOTCACHED|EACCES|EROFS|ENOSPC|EBADENGINE)\b/;

/** @returns the line by which one sees that the machine is at fault, not the project; undefined when none says so */
export function findInstallProblem({ end, output }: ProcessResult): string | undefined {
  if (end.kind !== 'exited' || end.code === 0) return undefined;
  return output
    .split('\n')
    .find((line) => MACHINE.test(line))
    ?.trim();
}
