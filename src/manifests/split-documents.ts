/** A part of a file that one document, or several that `...` ends, take up. */
export type Part = {
  readonly text: string;
  /** Of its first character in the file. */
  readonly offset: number;
  /** Lines above it. */
  readonly line: number;
};

/** Directives, such as `%YAML 1.1`, belong to the document below them. */
const ONLY_DIRECTIVES = /^(?:[ \t]*(?:#.*)?\r?\n|%.*\n)*$/;

/** Cuts a file above each line that begins a document; within a document no line may begin with `---`. */
export function splitDocuments(text: string): readonly Part[] {
  const starts = [0];
  for (const { index } of text.matchAll(/^---(?=[ \t\r\n]|$)/gm)) {
    const before = text.slice(starts.at(-1), index);
    if (index === 0 || (before.includes('%') && ONLY_DIRECTIVES.test(before))) continue;
    starts.push(index);
  }
  let line = 0;
  return starts.map((offset, index) => {
    const part = { text: text.slice(offset, starts[index + 1]), offset, line };
    line += countLines(part.text);
    return part;
  });
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
