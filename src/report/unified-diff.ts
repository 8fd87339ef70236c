import { createTwoFilesPatch } from 'diff';

import type { FileMode } from '../model/tree.js';

/** A file as its bytes are, line ends included. */
export type DiffSide = { readonly text: string; readonly mode: FileMode };

/** One file's change as git prints it, so that `git apply` makes the very same change: modes and line ends too. */
export function unifiedDiff(
  path: string,
  from: DiffSide | undefined,
  to: DiffSide | undefined,
): string {
  const header = [`diff --git a/${path} b/${path}`, ...modeLines(from, to)];
  if (from?.text === to?.text || (from?.text ?? '') === (to?.text ?? '')) return joinLines(header);
  const names = [
    from === undefined ? '/dev/null' : `a/${path}`,
    to === undefined ? '/dev/null' : `b/${path}`,
  ] as const;
  const options = { context: 3, stripTrailingCr: false };
  const patch = createTwoFilesPatch(
    ...names,
    from?.text ?? '',
    to?.text ?? '',
    undefined,
    undefined,
    options,
  );
  return joinLines(header) + patch.replace(/^=+\n/, '');
}

function modeLines(from: DiffSide | undefined, to: DiffSide | undefined): string[] {
  if (from === undefined) return [`new file mode 100${to?.mode ?? '644'}`];
  if (to === undefined) return [`deleted file mode 100${from.mode}`];
  return from.mode === to.mode ? [] : [`old mode 100${from.mode}`, `new mode 100${to.mode}`];
}

function joinLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
