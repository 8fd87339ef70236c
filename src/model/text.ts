/** Grammars of free text that reaches files, shells and processes. */

/** Control, bidirectional, zero-width and other invisible characters: they make a value look like another. */
const INVISIBLE =
  /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]|\p{Variation_Selector}|[\u{115f}\u{1160}\u{3164}\u{ffa0}]/u;

const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

export function hasInvisible(text: string): boolean {
  return INVISIBLE.test(text);
}

export function isHostName(text: string): boolean {
  return HOST_NAME.test(text);
}

/** An exact request path: no wildcard, no escape, no dot segment, so that both layers read it alike. */
export function isRequestPath(text: string): boolean {
  return /^\/(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]*(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*\/?)?$/.test(
    text,
  );
}

/**
 * Reads an http or https URL without credentials, query or fragment, in printable ASCII.
 *
 * @returns undefined when the text is no such URL
 */
export function parseHttpUrl(text: string): URL | undefined {
  return parseUrl(text, text.startsWith('https:') ? 'https' : 'http');
}

/**
 * The same for any scheme that has hosts and ports.
 *
 * @param scheme in lower case
 */
export function parseUrl(text: string, scheme: string): URL | undefined {
  if (!text.startsWith(`${scheme}://`) || text.length > 2_048) return undefined;
  if (!/^[\x21-\x7e]+$/.test(text)) return undefined;
  if (/["'`\\<>{}|^,]|%(?![\da-f]{2})/i.test(text)) return undefined;
  // Node reads the host of a scheme that it does not know as it is written.
  const known = /^https?$/.test(scheme) ? text : `http${text.slice(scheme.length)}`;
  if (!URL.canParse(known)) return undefined;
  const url = new URL(known);
  const bare = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  return bare && isHostName(url.hostname) && !/[?#@]/.test(text) ? url : undefined;
}

/**
 * Quotes a value for a message: JSON's escapes, so that an invisible character shows; credentials of a URL
 * do not.
 */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return quoteText(text.replace(/(:\/\/)[^/@\s]*@/g, '$1***@'));
}

function quoteText(text: string): string {
  const shown = text.length > 120 ? `${text.slice(0, 117)}...` : text;
  return JSON.stringify(shown).replace(
    new RegExp(INVISIBLE.source, 'gu'),
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** `1 rule`, `2 rules`. */
export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
