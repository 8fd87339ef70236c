import { asOneLine } from '../model/inert-text.js';

/** Text for a cell of a table. */
export function escapeMarkdown(text: string): string {
  const marked = text.replaceAll(/[\\|<>&*_~`[\]]/g, (character) => `\\${character}`);
  return asOneLine(marked.replaceAll('\n', ' '));
}

/** Text as code: a path, in a cell or a line. What would end the code is escaped text instead. */
export function markdownCode(text: string): string {
  return /^[^`|\\\p{Cc}]+$/u.test(text) ? `\`${text}\`` : escapeMarkdown(text);
}
