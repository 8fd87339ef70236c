/** Text for a cell of a table. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\|<>*_`[\]]/g, (character) => `\\${character}`).replaceAll('\n', ' ');
}
