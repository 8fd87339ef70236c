import { isDeclared, type LayerRow } from '../../explain/layers.js';
import { formatTable } from '../layout.js';
import type { Style } from '../style.js';

type Page = { readonly style: Style; readonly columns: number };

/** Rows under the file that sets them, so that a path stands once. */
export function formatLayers(layers: readonly LayerRow[], { style, columns }: Page): string[] {
  const files = new Map<string, LayerRow[]>();
  for (const row of layers) {
    const file = row.source.replace(/:\d+$/, '');
    files.set(file, [...(files.get(file) ?? []), row]);
  }
  return [...files].flatMap(([file, rows]) => [
    `  ${style.dim(file)}`,
    formatTable(
      rows.map((row) => [
        style.dim((/:(\d+)$/.exec(row.source)?.[1] ?? '').padStart(4)),
        row.layer.padEnd(4),
        row.what,
        isDeclared(row) ? `${row.value} (declared)` : row.value,
      ]),
      { columns },
    ),
  ]);
}
