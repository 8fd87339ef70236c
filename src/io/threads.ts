import { parentPort, Worker, workerData } from 'node:worker_threads';

type Given = { readonly task: string; readonly question: unknown };

/**
 * Loads a module in a thread, which answers with `answerInThread`. The thread ends with its answer or with the signal.
 *
 * @param module its file, which must be JavaScript
 * @param question that may be copied: plain data, maps and sets
 * @returns undefined when the thread fails: its work is then to be done here, where errors say what they are about
 */
export async function askThread(
  module: URL,
  { task, question }: Given,
  signal: AbortSignal,
): Promise<unknown> {
  const thread = new Worker(module, { workerData: { task, question } satisfies Given });
  const stop = (): void => void thread.terminate();
  signal.addEventListener('abort', stop);
  try {
    return await new Promise<unknown>((resolve) => {
      thread.once('message', resolve);
      thread.once('error', () => resolve(undefined));
      thread.once('exit', () => resolve(undefined));
    });
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

/** To be called when a module is loaded: answers where that is done in a thread for this task, and else does nothing. */
export function answerInThread(
  task: string,
  answer: (question: unknown) => Promise<unknown>,
): void {
  const port = parentPort;
  const given = workerData as Partial<Given> | null;
  if (port === null || given?.task !== task) return;
  void answer(given.question).then((answered) => port.postMessage(answered));
}
