import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { outcomeSchema, type Outcome } from '../support/linkerd/outcome.js';

/** The Go module with the control plane, the upstream and the caller. */
export const rigModule = fileURLToPath(new URL('proto', import.meta.url));

/** The linkerd2-proxy that the user gave. */
const proxy = process.env['LINKERD2_PROXY'] ?? '';

export type Play = {
  readonly policy: object;
  readonly profile: object;
  readonly method: string;
  readonly failure: string;
  readonly endpoints: number;
  readonly calls: number;
  readonly waitMs: number;
};

/** Builds the rig into a folder, and says why it cannot play here, if so. */
export function prepareRig(folder: string): { readonly rig: string; readonly missing?: string } {
  const rig = join(folder, 'rig');
  if (proxy === '') return { rig, missing: 'LINKERD2_PROXY names no linkerd2-proxy' };
  const built = spawnSync('go', ['build', '-o', rig, './rig'], {
    cwd: rigModule,
    encoding: 'utf8',
  });
  if (built.error !== undefined) return { rig, missing: 'Go is not on PATH' };
  if (built.status !== 0) throw new Error(built.stderr);
  const check = spawnSync('unshare', ['-rn', rig, '-check'], { encoding: 'utf8' });
  if (check.status === 0) return { rig };
  const reason = check.error?.message ?? check.stderr.trim().split('\n').join(', ');
  return { rig, missing: `a network namespace with nft or iptables cannot be made: ${reason}` };
}

/**
 * Plays calls through the user's linkerd2-proxy in a network namespace that is the rig's.
 * @throws Error with the words of the proxy where it does not run
 */
export function playCalls(rig: string, folder: string, play: Play): Outcome {
  const policy = join(folder, 'policy.json');
  const profile = join(folder, 'profile.json');
  writeFileSync(policy, JSON.stringify(play.policy));
  writeFileSync(profile, JSON.stringify(play.profile));
  const options = {
    proxy,
    policy,
    profile,
    method: play.method,
    failure: play.failure,
    endpoints: play.endpoints,
    calls: play.calls,
    wait: `${play.waitMs}ms`,
  };
  const args = Object.entries(options).map(([name, value]) => `-${name}=${value}`);
  const run = spawnSync('unshare', ['-rn', rig, ...args], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.error?.message ?? run.stderr);
  return outcomeSchema.parse(JSON.parse(run.stdout));
}
