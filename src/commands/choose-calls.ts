import { resolve as resolvePath } from 'node:path';

import type { GivenApplication } from '../application/given-application.js';
import { isFolder } from '../io/check-files.js';
import type { Host } from '../io/host.js';
import { inputError } from '../model/errors.js';
import { quote } from '../model/text.js';
import { requestPath } from '../project/starting-kustomization.js';
import { readCalls, type CallOptions, type DeclaredCalls } from './read-calls.js';
import { requireRenderSense } from './require-check.js';
import { requireKnownValues } from './require-known-values.js';
import { readFolder } from './read-folder.js';
import { readHostCalls, type HostCalls } from './read-host-calls.js';

/** Options that `explain` and `simulate` share. */
export type TargetOptions = Omit<CallOptions, 'upstream'> & {
  /** The calling workload: `NAMESPACE/WORKLOAD`. */
  readonly from?: string | undefined;
  readonly appTries?: number | undefined;
  /** ms */
  readonly appTimeout?: number | undefined;
  /** ms */
  readonly appAttemptTimeout?: number | undefined;
};

/** Calls that a service declares, or calls to a host of any manifests. */
export type ChosenCalls =
  | { readonly kind: 'service'; readonly calls: DeclaredCalls }
  | { readonly kind: 'host'; readonly calls: HostCalls };

/**
 * Reads the calls that are meant: those of scaffold.yaml where one folder with it is named, otherwise those to a
 * host of the manifests.
 *
 * @param target an upstream's name, or a host
 * @param paths folders, files or - for standard input; none is the current folder
 * @throws ToolError exit 2 as `readCalls` and `readHostCalls`, and for options that do not fit together
 */
export async function chooseCalls(
  target: string | undefined,
  paths: readonly string[],
  { options, host }: { readonly options: TargetOptions; readonly host: Host },
): Promise<ChosenCalls> {
  requireAlone(paths);
  requireRenderSense(options, 'npx meshwright explain --help');
  const given = paths.length === 0 ? ['.'] : paths;
  const application: GivenApplication = {
    tries: options.appTries,
    timeout: options.appTimeout,
    attemptTimeout: options.appAttemptTimeout,
  };
  if (application.attemptTimeout !== undefined && application.tries === undefined) {
    throw inputError(
      'usage',
      '--app-attempt-timeout needs --app-tries: it ends one of several tries.',
    );
  }
  const folders = await Promise.all(
    given.map(async (path) => await readFolder(path, options, host)),
  );
  const [first, ...others] = folders;
  const isAboutHost =
    options.from !== undefined || Object.values(application).some((value) => value !== undefined);
  if (first?.files.has(requestPath) === true && others.length === 0 && !isAboutHost) {
    const declared = readCalls(first, { ...options, upstream: target }, host);
    requireKnownValues(declared.flows);
    return { kind: 'service', calls: declared };
  }
  if (options.whatIf !== undefined && options.whatIf.length > 0) {
    throw inputError(
      'usage',
      '--what-if changes a setting of scaffold.yaml, and a call by host rests on none.',
      'Say what the application does with --app-tries and --app-timeout.',
    );
  }
  if (target === undefined) {
    throw inputError(
      'no-request',
      'there is no scaffold.yaml here.',
      'Run it in the folder of a service, or name a host in the manifests: npx meshwright explain HOST [PATH...]',
    );
  }
  if (paths.length === 0 && isFolder(resolvePath(host.cwd, target))) {
    throw inputError(
      'no-host',
      `${quote(target)} is a folder: the host comes first.`,
      `npx meshwright explain HOST ${target}`,
    );
  }
  const flags = { from: options.from, env: options.env, application };
  const calls = readHostCalls(target, { folders, flags }, host);
  requireKnownValues(calls.flows);
  return { kind: 'host', calls };
}

function requireAlone(paths: readonly string[]): void {
  if (!paths.includes('-') || paths.length === 1) return;
  throw inputError(
    'usage',
    'standard input (-) cannot be combined with other paths.',
    'npx meshwright explain --help',
  );
}
