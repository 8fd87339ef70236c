import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Tells one process from another, also after its number was given to a new one or the machine restarted. */
export type ProcessIdentity = {
  readonly pid: number;
  readonly host: string;
  /** Id of the machine's start; empty where the system does not tell. */
  readonly boot: string;
  /** When the process started, in clock ticks since the machine's start; empty where unknown. */
  readonly started: string;
  /** The command line as people know it. */
  readonly command: string;
};

export function identifyThisProcess(command: string): ProcessIdentity {
  return {
    pid: process.pid,
    host: hostname(),
    boot: readBoot(),
    started: readStat(process.pid).started,
    command,
  };
}

/** Whether the process may still run. When in doubt (another machine), it may. */
export function mayRun(identity: ProcessIdentity): boolean {
  if (identity.host !== hostname()) return true;
  if (identity.boot !== readBoot()) return false;
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    // EPERM: it runs, as somebody else.
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
  }
  const { state, started } = readStat(identity.pid);
  return started === identity.started && state !== 'Z';
}

function readBoot(): string {
  return readOr('/proc/sys/kernel/random/boot_id').trim();
}

/** Fields 3 and 22 of /proc/PID/stat; the second field, the program's name, may hold spaces and brackets. */
function readStat(pid: number): { state: string; started: string } {
  const stat = readOr(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', started: fields[19] ?? '' };
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
