/**
 * The members of a JSON object, letter for letter. Where two readers could understand an object differently
 * it is refused: a name must be there once (RFC 7519 section 4), and must not equal one of the `known` names
 * but for case.
 *
 * @throws Error that says what is wrong with `bytes`
 */
export function readMembers(bytes: Uint8Array, known: readonly string[]): Record<string, unknown> {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error('is not a JSON object');
  }
  const names = namesIn(text);
  const alike = new RegExp(`^(?:${known.join('|')})$`, 'iu');
  for (const [index, name] of names.entries()) {
    const quoted = JSON.stringify(name);
    if (names.indexOf(name) !== index) throw new Error(`has the name ${quoted} twice`);
    if (alike.test(name) && !known.includes(name)) {
      throw new Error(`has the name ${quoted}, which equals a known one but for case`);
    }
  }
  return value as Record<string, unknown>;
}

/** The names in the object that `json` is, as often as they are there. */
function namesIn(json: string): string[] {
  const names: string[] = [];
  let depth = 0;
  for (const [token, text, colon] of json.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/g)) {
    if (token === '{' || token === '[') depth++;
    if (token === '}' || token === ']') depth--;
    if (depth === 1 && text !== undefined && colon !== undefined) {
      names.push(JSON.parse(text) as string);
    }
  }
  return names;
}
