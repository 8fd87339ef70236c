import type { Segment, Walk } from '../../mesh/explain/walk-call.js';

const WIDTH = 900;
const LEFT = 20;
const SPAN = WIDTH - 2 * LEFT;
const HEIGHT = 120;

const ENDS: Readonly<Record<Segment['endedBy'], string>> = {
  answer: 'answered',
  mesh: 'cut by the mesh',
  application: 'given up by the application',
  deadline: "ended by the call's deadline",
};

/** The same drawing as in the terminal, as SVG with its text within. */
export function timelineSvg({ segments, duration }: Walk, deadline: number): string {
  const end = Math.max(duration, deadline);
  if (!Number.isFinite(end) || end === 0) return '<p>Nothing ends this call.</p>';
  const x = (ms: number) => LEFT + (ms / end) * SPAN;
  const marks = spread([...segments.flatMap(({ from, to }) => [from, to]), end], x);
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Timeline of a GET whose upstream hangs: ${segments.length} segments, ${Math.round(duration)} ms">`,
    ...segments.map((segment, index) => drawSegment(segment, x, index)),
    ...(deadline > 0
      ? [
          `<line x1="${x(deadline)}" x2="${x(deadline)}" y1="22" y2="92" stroke="var(--bad)" stroke-width="2" stroke-dasharray="4 3"/>`,
          `<text x="${x(deadline)}" y="16" text-anchor="end">deadline</text>`,
        ]
      : []),
    ...marks.map(
      (ms) =>
        `<text x="${x(ms)}" y="110" text-anchor="${ms === end ? 'end' : ms === 0 ? 'start' : 'middle'}">${Math.round(ms)} ms</text>`,
    ),
    '</svg>',
  ].join('\n');
}

function drawSegment(
  { kind, from, to, endedBy }: Segment,
  x: (ms: number) => number,
  index: number,
): string {
  const width = Math.max(2, x(to) - x(from));
  if (kind === 'pause') {
    return `<rect x="${x(from)}" y="52" width="${width}" height="12" fill="var(--pause)"><title>pause, at most ${Math.round(to - from)} ms</title></rect>`;
  }
  const label = `try ${index / 2 + 1}`;
  return [
    `<rect x="${x(from)}" y="36" width="${width}" height="44" rx="4" fill="var(--try)"><title>${label}, ${ENDS[endedBy]} after ${Math.round(to - from)} ms</title></rect>`,
    width > 90
      ? `<text x="${x(from) + 8}" y="62" style="fill:var(--paper)">${label}: ${ENDS[endedBy]}</text>`
      : '',
  ].join('');
}

/** Marks that are far enough apart to be read. */
function spread(all: readonly number[], x: (ms: number) => number): number[] {
  const sorted = [...new Set([0, ...all])].sort((a, b) => a - b);
  const end = sorted.at(-1) ?? 0;
  const kept: number[] = [];
  for (const ms of sorted) {
    const last = kept.at(-1);
    const isClear = last === undefined || x(ms) - x(last) > 60;
    if (ms === end || (isClear && x(end) - x(ms) > 110)) kept.push(ms);
  }
  return kept;
}
