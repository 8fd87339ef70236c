type Source = readonly [path: string, text: string];

/** Routers lie in each other this deep at the most. */
const MAX_DEPTH = 8;

/**
 * The path under which a route is served: what routers around it, groups that it belongs to, and the place where its
 * router is mounted put before it (chi's Route and Mount, gin's and echo's Group, Express' use).
 *
 * @param at where the route's own path stands in the text
 */
export function wholePath(
  path: string,
  { text, at }: { readonly text: string; readonly at: number },
  sources: readonly Source[],
): string {
  const { prefix, enclosing } = blocksAround(text, at);
  const receiver = /(\w+)\s*\.\s*\w+\(\s*$/.exec(text.slice(0, at))?.[1];
  const group = receiver === undefined ? '' : prefixOf(receiver, text, 0);
  const mounted = enclosing === undefined ? '' : mountOf(enclosing, sources);
  return `${mounted}${group}${prefix}${path}`.replaceAll(/\/{2,}/g, '/');
}

/** What the blocks around a place add: `r.Route("/a", func(r chi.Router) {`, and the function that holds them. */
function blocksAround(
  text: string,
  at: number,
): { readonly prefix: string; readonly enclosing: string | undefined } {
  const open: number[] = [];
  // Text and comments may hold braces.
  const token = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`|\/\/[^\n]*|\/\*[^]*?\*\/|[{}]/g;
  for (const { 0: found, index } of text.matchAll(token)) {
    if (index >= at) break;
    if (found === '{') open.push(index);
    else if (found === '}') open.pop();
  }
  const heads = open.map((index) => text.slice(text.lastIndexOf('\n', index) + 1, index));
  const prefixes = heads.map(
    (head) => /\.(?:Route|route|Group|group)\(\s*["'`](\/[^"'`]*)["'`]\s*,/.exec(head)?.[1] ?? '',
  );
  const enclosing = heads
    .map((head) => /\bfunc(?:tion)?\s+(?:\([^)]*\)\s*)?(\w+)\s*[([]/.exec(head)?.[1])
    .find((name) => name !== undefined);
  return { prefix: prefixes.map(withoutEnd).join(''), enclosing };
}

/** The prefix of a router in a variable: made as a group of another, or mounted in one. */
function prefixOf(name: string, text: string, depth: number): string {
  if (depth > MAX_DEPTH) return '';
  const made = new RegExp(`\\b${name}\\s*:?=\\s*(\\w+)\\.Group\\(\\s*["'\`]([^"'\`]*)["'\`]`).exec(
    text,
  );
  const mount = new RegExp(
    `(\\w+)\\.(?:Mount|use|register)\\(\\s*["'\`](/[^"'\`]*)["'\`]\\s*,\\s*${name}\\b\\s*\\)`,
  ).exec(text);
  const [, above = '', prefix = ''] = made ?? mount ?? [];
  return prefix === '' || above === name
    ? ''
    : `${prefixOf(above, text, depth + 1)}${withoutEnd(prefix)}`;
}

/** Where the router that a function makes is mounted, in any file. */
function mountOf(name: string, sources: readonly Source[]): string {
  const call = new RegExp(
    `\\.(?:Mount|use)\\(\\s*["'\`](/[^"'\`]*)["'\`]\\s*,\\s*(?:\\w+\\.)*${name}\\(`,
  );
  for (const [, text] of sources) {
    const found = call.exec(text);
    if (found === null) continue;
    return `${blocksAround(text, found.index).prefix}${withoutEnd(found[1] ?? '')}`;
  }
  return '';
}

function withoutEnd(prefix: string): string {
  return prefix.replace(/\/+$/, '');
}
