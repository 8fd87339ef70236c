import type { VerificationEvent } from '../model/verification.js';
import type { Output } from './terminal.js';

/** How progress looks; the words are the reporters'. */
export type ProgressText = {
  readonly ended: (event: VerificationEvent & { readonly kind: 'ended' }) => string;
  readonly running: (
    steps: readonly {
      readonly name: string;
      readonly detail: string;
      readonly elapsedMs: number;
    }[],
    frame: number,
  ) => string;
};

export type Progress = {
  readonly tell: (event: VerificationEvent) => void;
  /** Takes the running line away. Must be called, since a timer runs. */
  readonly end: () => void;
};

const FRAME_MS = 100;

/**
 * Shows steps as they run: on a terminal a line that is redrawn, elsewhere one line a step when it
 * ends.
 */
export function showProgress(
  output: Output,
  text: ProgressText,
  env: { readonly TERM?: string | undefined },
): Progress {
  const running = new Map<string, { detail: string; readonly since: number }>();
  const isLive = output.isTerminal && env.TERM !== 'dumb';
  let frame = 0;
  let isDrawn = false;

  const erase = () => {
    if (isDrawn) output.clearLine();
    isDrawn = false;
  };
  const draw = () => {
    if (!isLive || running.size === 0) return;
    const steps = [...running].map(([name, { detail, since }]) => ({
      name,
      detail,
      elapsedMs: performance.now() - since,
    }));
    output.clearLine();
    output.write(text.running(steps, frame));
    isDrawn = true;
  };
  const timer = isLive
    ? setInterval(() => {
        frame += 1;
        draw();
      }, FRAME_MS)
    : undefined;
  timer?.unref();

  return {
    tell: (event) => {
      switch (event.kind) {
        case 'started':
          running.set(event.name, { detail: '', since: performance.now() });
          break;
        case 'progress': {
          const step = running.get(event.name);
          if (step !== undefined) step.detail = event.detail;
          return;
        }
        case 'ended':
          running.delete(event.step.name);
          erase();
          output.write(text.ended(event));
          break;
      }
      draw();
    },
    end: () => {
      clearInterval(timer);
      erase();
    },
  };
}
