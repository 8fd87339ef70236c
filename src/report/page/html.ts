/** Escapes text for HTML and for attribute values. */
export function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** Cells that are numbers stand at the right. */
export type Column = { readonly title: string; readonly isNumber?: boolean };

/** A table that scrolls within itself; cells are escaped. */
export function htmlTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string {
  const className = (index: number): string =>
    columns[index]?.isNumber === true ? ' class="number"' : '';
  const head = columns.map(
    ({ title }, index) => `<th scope="col"${className(index)}>${escapeHtml(title)}</th>`,
  );
  const body = rows.map((cells) => {
    const [first = '', ...rest] = cells;
    const others = rest.map((cell, index) => `<td${className(index + 1)}>${escapeHtml(cell)}</td>`);
    return `<tr><th scope="row">${escapeHtml(first)}</th>${others.join('')}</tr>`;
  });
  return `<div class="scroll" tabindex="0"><table><thead><tr>${head.join('')}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table></div>`;
}
