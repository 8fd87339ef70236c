/** Paths shown; the rest is a number. */
const SHOWN = 10;

/**
 * The files that still name a module by its old path, such as in an import: they do not build any more.
 *
 * @param texts people's files and ours, as they will be
 * @returns paths, sorted
 */
export function findOldModule(
  texts: ReadonlyMap<string, string>,
  { was, now }: { readonly was: string; readonly now: string },
): readonly string[] {
  // The new path may begin with the old one: example.com/orders/v2.
  const rest = now.startsWith(was) ? `(?!${escape(now.slice(was.length))}(?![\\w-]))` : '';
  const name = `${escape(was)}${rest}`;
  // A name without a slash is a word like any other, but in an import.
  const pattern = was.includes('/')
    ? new RegExp(`(?<![\\w./@-])${name}(?![\\w.-])`)
    : new RegExp(`\\b(?:from|import|require)\\s*\\(?\\s*["']${name}["'/]`);
  return [...texts].flatMap(([path, text]) => (pattern.test(text) ? [path] : [])).sort();
}

function escape(text: string): string {
  return text.replaceAll(/[.+?^$()|[\]\\{}*]/g, '\\$&');
}

/** What to do about them, as sentences; none where no file names it. */
export function describeOldModule(
  paths: readonly string[],
  { was, now }: { readonly was: string; readonly now: string },
): readonly string[] {
  if (paths.length === 0) return [];
  const more = paths.length > SHOWN ? ` and ${paths.length - SHOWN} more` : '';
  const name = paths.length === 1 ? 'This file still names' : 'These files still name';
  return [
    `The module was ${was} and is ${now}. ${name} it as before: ${paths.slice(0, SHOWN).join(', ')}${more}. Write ${now} there, or the service does not build.`,
  ];
}
