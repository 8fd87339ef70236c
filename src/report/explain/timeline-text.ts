import { seconds } from './seconds.js';
import type { Segment, Walk } from '../../explain/walk-call.js';

/** Columns of the drawing, where there is room for it. */
const WIDTH = 60;
/** What stands beside it: the margin, and the deadline in words. */
const BESIDE = 20;

/** A call drawn with characters: tries, pauses and the deadline, to scale. */
export function drawTimeline(
  { segments, duration }: Walk,
  { deadline, columns }: { readonly deadline: number; readonly columns: number },
): string[] {
  const end = Math.max(duration, deadline);
  if (!Number.isFinite(end) || end === 0) return ['  nothing ends this call'];
  const width = Math.max(20, Math.min(WIDTH, columns - BESIDE));
  const column = (ms: number) => Math.round((ms / end) * width);
  const marks = [...new Set([0, ...segments.flatMap(({ from, to }) => [from, to]), end])].sort(
    (a, b) => a - b,
  );
  const bar = segments.map((segment, index) => drawSegment(segment, column, index)).join('');
  const rest = column(end) - column(segments.at(-1)?.to ?? 0);
  return [
    `  ${scale(marks, column)} ms`,
    `  ${bar}${' '.repeat(Math.max(0, rest))}${deadline > 0 ? `▏deadline ${seconds(deadline)}` : ''}`,
  ];
}

function drawSegment(segment: Segment, column: (ms: number) => number, index: number): string {
  const width = Math.max(1, column(segment.to) - column(segment.from));
  if (segment.kind === 'pause') return '·'.repeat(width);
  const label = `├ try ${index / 2 + 1}`;
  const cut = segment.endedBy === 'mesh' ? '┤' : segment.endedBy === 'answer' ? '┘' : '╳';
  const inner = width < label.length + 2 ? '├' : `${label} `;
  return `${inner}${'─'.repeat(Math.max(0, width - inner.length - 1))}${width > 1 ? cut : ''}`;
}

/** Numbers above the bar, left out where they would touch. */
function scale(marks: readonly number[], column: (ms: number) => number): string {
  let line = '';
  for (const ms of marks) {
    const at = column(ms);
    if (at < line.length + (line === '' ? 0 : 1)) continue;
    line = line.padEnd(at) + String(Math.round(ms));
  }
  return line;
}
