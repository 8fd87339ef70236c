import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { searchOutsideTool } from './outside-tool.js';
import { openProcesses, type Environment } from './process.js';

/** A build that fetches nothing ends within a second. */
const TIMEOUT_MS = 20_000;

export type KustomizeResult =
  | { readonly kind: 'built'; readonly text: string }
  | { readonly kind: 'failed'; readonly message: string }
  /** It is not on PATH. */
  | { readonly kind: 'absent' };

/** Without git and with a proxy that refuses, kustomize cannot fetch what a name hid from `vetKustomization`. */
const offline: Environment = {
  PATH: '',
  HTTP_PROXY: 'http://127.0.0.1:1',
  HTTPS_PROXY: 'http://127.0.0.1:1',
  http_proxy: 'http://127.0.0.1:1',
  https_proxy: 'http://127.0.0.1:1',
  NO_PROXY: '',
  no_proxy: '',
};

/**
 * `kustomize build` of a folder; it is ended when it takes too long.
 *
 * @param options.allowRemote lets it fetch what kustomizations name elsewhere
 */
export async function buildWithKustomize(
  folder: string,
  {
    env,
    signal,
    allowRemote,
    timeoutMs = TIMEOUT_MS,
  }: {
    readonly env: Environment;
    readonly signal: AbortSignal;
    readonly allowRemote: boolean;
    readonly timeoutMs?: number;
  },
): Promise<KustomizeResult> {
  const tool = searchOutsideTool('kustomize', env, [folder]);
  if (tool === undefined) return { kind: 'absent' };
  // What is printed is kept bounded; the objects go to a file.
  const work = mkdtempSync(join(tmpdir(), 'kustomize-'));
  const output = join(work, 'built.yaml');
  const processes = openProcesses();
  try {
    const { end, errors } = await processes.run(
      {
        file: tool.file,
        args: ['build', folder, '-o', output],
        cwd: folder,
        env: allowRemote ? { ...env, PATH: tool.path } : { ...env, ...offline },
      },
      { timeoutMs, signal },
    );
    if (end.kind === 'timed-out') {
      return { kind: 'failed', message: `kustomize did not end within ${timeoutMs / 1_000} s.` };
    }
    if (end.kind !== 'exited' || end.code !== 0) {
      const reason = errors.trim().split('\n')[0] ?? '';
      return { kind: 'failed', message: `kustomize build: ${reason === '' ? end.kind : reason}` };
    }
    return { kind: 'built', text: readFileSync(output, 'utf8') };
  } finally {
    processes.close();
    rmSync(work, { recursive: true, force: true });
  }
}
