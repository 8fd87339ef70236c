/** How much of a process's output is kept: its beginning and, since errors come last, more of its end. */
const MAX_HEAD = 32 * 1_024;
const MAX_TAIL = 96 * 1_024;

export type BoundedOutput = {
  readonly append: (text: string) => void;
  /** What was kept, with a note where something was left out. */
  readonly text: () => string;
};

/** Collects text of any length in bounded memory. */
export function createBoundedOutput(): BoundedOutput {
  let head = '';
  let tail = '';
  let omitted = 0;
  return {
    append: (text) => {
      const room = MAX_HEAD - head.length;
      head += text.slice(0, room);
      tail += text.slice(room);
      if (tail.length <= 2 * MAX_TAIL) return;
      omitted += tail.length - MAX_TAIL;
      tail = tail.slice(-MAX_TAIL);
    },
    text: () => {
      if (omitted === 0) return head + tail;
      return `${head}\n… ${omitted} characters left out …\n${tail}`;
    },
  };
}

/** A line that never ends is handed on in pieces of this length. */
const MAX_LINE = 1_024 * 1_024;

/** Cuts a stream of text into lines, without their ends. */
export function createLineSplitter(onLine: (line: string) => void): {
  readonly append: (text: string) => void;
  /** Hands on a last line that has no end. */
  readonly end: () => void;
} {
  let rest = '';
  return {
    append: (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
      if (rest.length < MAX_LINE) return;
      onLine(rest);
      rest = '';
    },
    end: () => {
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
}
