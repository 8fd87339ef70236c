import { openProcesses, type Environment, type ProcessEnd } from './process.js';

/** More output than this is no manifests of one cluster or chart. */
const MAX_BYTES = 256 * 1_048_576;

export type ToolRun = {
  readonly end: ProcessEnd | { readonly kind: 'too-large' };
  readonly output: string;
  readonly errors: string;
};

/** Runs a tool to its end, with its output whole; one that prints without end is ended. */
export async function runTool(
  command: {
    readonly file: string;
    readonly args: readonly string[];
    readonly cwd: string;
    readonly env: Environment;
  },
  {
    timeoutMs,
    signal,
    maxBytes = MAX_BYTES,
  }: { readonly timeoutMs: number; readonly signal: AbortSignal; readonly maxBytes?: number },
): Promise<ToolRun> {
  const processes = openProcesses();
  const overflow = new AbortController();
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    const { end, errors } = await processes.run(command, {
      timeoutMs,
      signal: AbortSignal.any([signal, overflow.signal]),
      onBytes: (bytes) => {
        length += bytes.length;
        if (length > maxBytes) overflow.abort();
        else chunks.push(bytes);
      },
    });
    const output = Buffer.concat(chunks).toString('utf8');
    return { end: length > maxBytes ? { kind: 'too-large' } : end, output, errors };
  } finally {
    processes.close();
  }
}

/** Why a run gave no result, in a few words. */
export function reasonOf({ end, errors }: ToolRun): string {
  const lines = errors.trim().split('\n');
  // Helm ends with advice, kubectl begins with what its library logs.
  const said = lines.findLast((line) => /^(?:error|unable)\b/i.test(line)) ?? lines.at(-1) ?? '';
  switch (end.kind) {
    case 'exited':
      return said === '' ? `it ended with ${end.code}` : said;
    case 'killed':
      return `it was ended by ${end.signal}`;
    case 'timed-out':
      return 'it did not end in time';
    case 'too-large':
      return 'it printed more than any manifests';
    case 'interrupted':
      return 'it was interrupted';
    case 'not-started':
      return end.reason;
  }
}
