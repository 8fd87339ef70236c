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

/** A page that needs no network: style within, light and dark by the reader's own setting. */
export function htmlPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>
:root { color-scheme: light dark; --ink: #1a1d21; --dim: #5b6470; --line: #c9d1d9; --paper: #ffffff; --card: #f5f7f9;
  --try: #2563eb; --pause: #b6c2cf; --bad: #c2410c; --good: #15803d; --third: #7c3aed; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ed; --dim: #9aa5b1; --line: #3a424c; --paper: #14171a; --card: #1d2125;
  --try: #6ea8fe; --pause: #4b5663; --bad: #fb923c; --good: #4ade80; --third: #c4b5fd; } }
body { margin: 2rem auto; padding: 0 1rem; max-width: 60rem; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; } small, .dim { color: var(--dim); }
table { border-collapse: collapse; width: 100%; font-size: .92rem; } th { text-align: left; color: var(--dim); font-weight: 600; }
th, td { padding: .3rem .7rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td.number { text-align: right; font-variant-numeric: tabular-nums; } code { font-size: .85em; overflow-wrap: anywhere; }
svg { width: 100%; height: auto; background: var(--card); border-radius: 8px; } svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
.scroll { overflow-x: auto; }
</style>
</head>
<body>
${body}
</body>
</html>
`;
}

/** A table; cells are escaped. */
export function htmlTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  return `<div class="scroll"><table>\n${line(head, 'th')}\n${rows.map((row) => line(row, 'td')).join('\n')}\n</table></div>`;
}
