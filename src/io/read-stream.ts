import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';

import { exitCodes, inputError, ToolError } from '../model/errors.js';
import { quote } from '../model/text.js';
import { fileError } from './file-error.js';

export type StreamOptions = {
  /** What is read at most, in bytes: a writer that never ends must not take all memory. */
  readonly maxBytes: number;
  /** How messages name the source. */
  readonly name: string;
  /** Ends the wait for a writer. */
  readonly signal: AbortSignal;
};

/**
 * Reads a stream to its end, however slow its writer is.
 *
 * @throws ToolError `input-too-large` (exit 2) above `maxBytes`; exit 6 when it cannot be read; exit 130 when
 *   the run is interrupted
 */
export async function readStream(source: Readable, options: StreamOptions): Promise<Buffer> {
  const { maxBytes, name, signal } = options;
  const chunks: Buffer[] = [];
  let length = 0;
  const stop = (): void => void source.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    if (signal.aborted) throw interrupted();
    for await (const chunk of source as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > maxBytes) throw tooLarge(name, maxBytes);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks, length);
  } catch (error) {
    throw signal.aborted ? interrupted(error) : fileError(error, 'read', name);
  } finally {
    signal.removeEventListener('abort', stop);
    source.destroy();
  }
}

/** Standard input to its end. @throws ToolError as {@link readStream} */
export async function readStandardInput(options: StreamOptions): Promise<Buffer> {
  return await readStream(process.stdin, options);
}

/**
 * A pipe with a name, such as the shell's `<(kubectl get …)`, to its end.
 *
 * @throws ToolError as {@link readStream}
 */
export async function readPipe(path: string, options: StreamOptions): Promise<Buffer> {
  return await readStream(createReadStream(path), options);
}

function tooLarge(name: string, maxBytes: number): ToolError {
  return inputError(
    'input-too-large',
    `${quote(name)} holds more than ${Math.floor(maxBytes / 1_048_576)} MiB.`,
    'Give fewer objects at a time, such as one namespace: kubectl get -n NAMESPACE … -o yaml',
  );
}

function interrupted(cause?: unknown): ToolError {
  return new ToolError({
    code: 'interrupted',
    exitCode: exitCodes.interrupted,
    message: 'interrupted.',
    cause,
  });
}
