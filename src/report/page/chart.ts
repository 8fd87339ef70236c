import { count } from './words.js';

/** One line or area over the seconds of a run. */
export type Series = {
  readonly kind: 'area' | 'line' | 'dashed';
  /** Class that colours it. */
  readonly name: string;
  readonly values: readonly number[];
};

export type Chart = {
  readonly title: string;
  readonly series: readonly Series[];
  /** The same for charts that are compared. */
  readonly most: number;
  /** Seconds in which the upstream fails. */
  readonly fault: readonly [number, number];
  /** px */
  readonly height: number;
};

/** A small chart; its curves stretch with the width, its text does not. */
export function drawChart({ title, series, most, fault, height }: Chart): string {
  const length = series[0]?.values.length ?? 1;
  const top = most === 0 ? 1 : most;
  const points = (values: readonly number[]): string =>
    values
      .map((value, index) => `${index + 0.5},${(100 - (value / top) * 100).toFixed(1)}`)
      .join(' ');
  const curves = series.map(({ kind, name, values }) =>
    kind === 'area'
      ? `<polygon class="area ${name}" points="0.5,100 ${points(values)} ${length - 0.5},100"/>`
      : `<polyline class="line ${kind} ${name}" points="${points(values)}"/>`,
  );
  const [from, to] = fault;
  return [
    `<figure><figcaption>${title}</figcaption>`,
    `<svg class="chart" width="100%" height="${height}" role="img" aria-label="${title}">`,
    `<svg x="0" y="0" width="100%" height="${height}" viewBox="0 0 ${length} 100" preserveAspectRatio="none">`,
    `<rect class="fault" x="${from}" y="0" width="${to - from}" height="100"/>`,
    ...curves,
    '</svg>',
    `<line class="axis" x1="0" x2="100%" y1="${height - 0.5}" y2="${height - 0.5}"/>`,
    `<text class="mark" x="3" y="12">${count(most)}</text>`,
    '</svg></figure>',
  ].join('\n');
}
