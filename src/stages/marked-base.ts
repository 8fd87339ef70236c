/**
 * How `.scaffold/base/<id>` holds a text: in short lines, each of which begins with the id.
 *
 *   3f1c9a02=package main     a line
 *   3f1c9a02-  const text = ' a part of a long line; the next part follows
 *
 * Git takes a deleted and an added file for one that moved when they share half of their lines (of their runs of 64
 * bytes, where lines are longer). Marked like this, two bases share none, so that branches which each replace bases
 * never move one base to two places, which would be a conflict. Git packs them as well as any other text.
 */

/** With mark and line end a line has less than the 64 bytes at which git cuts. */
const PART_BYTES = 48;

const NEWLINE = 0x0a;

/** @param id of the text, as git has it (40 hexadecimal digits) */
export function markBase(id: string, text: string): string {
  const mark = id.slice(0, 8);
  return ASCII.test(text) ? markAscii(mark, text) : markBytes(mark, text);
}

const ASCII = /^[\0-\x7f]*$/;

/** The same as `markBytes`, of a text whose characters are bytes: most are, and a new service has a hundred. */
function markAscii(mark: string, text: string): string {
  const [whole, part] = [`${mark}=`, `${mark}-`];
  let marked = '';
  for (let at = 0; at < text.length;) {
    const newline = text.indexOf('\n', at);
    const end = newline === -1 ? text.length : newline;
    for (; end - at > PART_BYTES; at += PART_BYTES)
      marked += `${part}${text.slice(at, at + PART_BYTES)}\n`;
    if (newline === -1) return at === end ? marked : `${marked}${part}${text.slice(at)}\n`;
    marked += `${whole}${text.slice(at, end)}\n`;
    at = end + 1;
  }
  return marked;
}

function markBytes(mark: string, text: string): string {
  const bytes = Buffer.from(text, 'utf8');
  const lines: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, at);
    const end = newline === -1 ? bytes.length : newline;
    const isLast = newline !== -1 && end - at <= PART_BYTES;
    const stop = isLast ? end : startOfCharacter(bytes, Math.min(end, at + PART_BYTES));
    lines.push(`${mark}${isLast ? '=' : '-'}${bytes.toString('utf8', at, stop)}\n`);
    at = isLast ? stop + 1 : stop;
  }
  return lines.join('');
}

/** Never inside the bytes of one character, so that what is stored is text as well. */
function startOfCharacter(bytes: Buffer, at: number): number {
  let start = at;
  while (start < bytes.length && ((bytes[start] ?? 0) & 0xc0) === 0x80) start -= 1;
  return start;
}

/** @returns undefined when it is not marked with the id */
export function unmarkBase(id: string, stored: string): string | undefined {
  const mark = id.slice(0, 8);
  if (stored !== '' && !stored.endsWith('\n')) return undefined;
  const parts: string[] = [];
  for (const line of stored.split('\n').slice(0, -1)) {
    const kind = line[mark.length];
    if (!line.startsWith(mark) || (kind !== '=' && kind !== '-')) return undefined;
    parts.push(line.slice(mark.length + 1) + (kind === '=' ? '\n' : ''));
  }
  return parts.join('');
}
