import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/** Reads `add GROUP` and `drop GROUP`; when its input ends, ends the groups that are left. */
const script = `
trap '' HUP INT TERM
groups=
while read -r word group; do
  case $word in
    add) groups="$groups $group" ;;
    drop)
      rest=
      for one in $groups; do [ "$one" = "$group" ] || rest="$rest $one"; done
      groups=$rest ;;
  esac
done
for one in $groups; do kill -KILL "-$one" 2>/dev/null; done
`;

export type Watchdog = {
  readonly watch: (group: number) => void;
  readonly forget: (group: number) => void;
  /** Ends the watchdog. Groups that are still watched end with it. */
  readonly close: () => void;
};

/**
 * Ends process groups when this process is gone, however it went: a shell, in a session of its own, that
 * waits for the end of a pipe which only this process holds open.
 */
export function startWatchdog(): Watchdog {
  // Windows has neither process groups nor sh.
  if (process.platform === 'win32') {
    return { watch: () => undefined, forget: () => undefined, close: () => undefined };
  }
  const shell = spawn('/bin/sh', ['-c', script], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
  });
  // A watchdog that cannot start, or was ended by somebody, is no reason to fail.
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();
  // The pipe must not keep this process alive either: its end is what the shell waits for.
  (shell.stdin as Partial<Socket>).unref?.();
  return {
    watch: (group) => void shell.stdin.write(`add ${group}\n`),
    forget: (group) => void shell.stdin.write(`drop ${group}\n`),
    close: () => void shell.stdin.end(),
  };
}
