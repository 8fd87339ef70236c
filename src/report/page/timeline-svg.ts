import type { Segment, Walk } from '../../explain/walk-call.js';
import { milliseconds } from './words.js';

/** px; across, everything is a percentage, so that text keeps its size on a narrow screen. */
const [APP, MESH, HEIGHT] = [{ y: 26, height: 30 }, { y: 66, height: 14 }, 112];
/** Percent of the width for the time axis; the rest is for the last label. */
const SPAN = 98;
/** Marks closer than this would touch, percent. */
const APART = 16;

const ENDS: Readonly<Record<Segment['endedBy'], string>> = {
  answer: 'answered',
  mesh: 'cut by the mesh',
  application: 'given up by the application',
  deadline: 'ended by the deadline of the call',
};

/** One call: what the application tries above, what its sidecar makes of each try below. */
export function timelineSvg({ segments, duration }: Walk, deadline: number): string {
  const end = Math.max(duration, deadline);
  if (!Number.isFinite(end)) {
    return '<p class="empty">Nothing ends this call: neither layer has a time limit.</p>';
  }
  if (end === 0) return '<p class="empty">Answered at once.</p>';
  const x = (ms: number): number => 1 + (ms / end) * (SPAN - 1);
  const tries = segments.filter(({ kind }) => kind === 'try');
  const label = `${tries.length} ${tries.length === 1 ? 'try' : 'tries'} of the application, answered after ${milliseconds(duration)}`;
  return [
    `<svg class="timeline" width="100%" height="${HEIGHT}" role="img" aria-label="${label}">`,
    `<text class="lane" x="1%" y="${APP.y - 8}">application</text>`,
    ...segments.map((segment) => drawSegment(segment, tries.indexOf(segment) + 1, x)),
    ...segments.flatMap(({ meshTries }) =>
      meshTries.map((one, index) => drawMeshTry(one, index, x)),
    ),
    ...drawDeadline(deadline, x),
    ...marks([...segments.flatMap(({ from, to }) => [from, to]), duration], x),
    '</svg>',
  ].join('\n');
}

type Scale = (ms: number) => number;

function drawSegment({ kind, from, to, endedBy }: Segment, count: number, x: Scale): string {
  const width = Math.max(0.4, x(to) - x(from));
  if (kind === 'pause') {
    return `<rect class="pause" x="${x(from)}%" y="${APP.y + 12}" width="${width}%" height="6"><title>pause, at most ${milliseconds(to - from)}</title></rect>`;
  }
  const edge = endedBy === 'answer' ? 'answer' : endedBy === 'mesh' ? 'mesh' : 'given-up';
  return [
    `<rect class="try" x="${x(from)}%" y="${APP.y}" width="${width}%" height="${APP.height}" rx="3"><title>try ${count}: ${ENDS[endedBy]} after ${milliseconds(to - from)}</title></rect>`,
    `<line class="edge ${edge}" x1="${x(to)}%" x2="${x(to)}%" y1="${APP.y - 3}" y2="${MESH.y + MESH.height + 3}"/>`,
    width > 12
      ? `<text class="on-try" x="${x(from)}%" dx="8" y="${APP.y + 20}">try ${count}</text>`
      : '',
  ].join('');
}

function drawMeshTry(
  { from, to }: { readonly from: number; readonly to: number },
  index: number,
  x: Scale,
): string {
  const width = Math.max(0.7, x(to) - x(from) - 0.3);
  return `<rect class="mesh-try" x="${x(from)}%" y="${MESH.y}" width="${width}%" height="${MESH.height}" rx="2"><title>request ${index + 1} of the proxy, ${milliseconds(to - from)}</title></rect>`;
}

function drawDeadline(deadline: number, x: Scale): string[] {
  if (deadline === 0) return [];
  return [
    `<line class="deadline" x1="${x(deadline)}%" x2="${x(deadline)}%" y1="18" y2="${MESH.y + MESH.height + 8}"/>`,
    `<text class="lane" x="${x(deadline)}%" y="12" text-anchor="end">deadline ${milliseconds(deadline)}</text>`,
  ];
}

/** Times below, left out where they would touch. */
function marks(all: readonly number[], x: Scale): string[] {
  const sorted = [...new Set([0, ...all])].sort((a, b) => a - b);
  const last = sorted.at(-1) ?? 0;
  const kept: number[] = [];
  for (const ms of sorted) {
    const isClear = x(ms) - x(kept.at(-1) ?? -Infinity) > APART;
    if (ms === last || (isClear && x(last) - x(ms) > APART)) kept.push(ms);
  }
  return kept.map((ms) => {
    const anchor = ms === 0 ? 'start' : x(ms) > 90 ? 'end' : 'middle';
    return `<text class="mark" x="${x(ms)}%" y="${HEIGHT - 6}" text-anchor="${anchor}">${milliseconds(ms)}</text>`;
  });
}
