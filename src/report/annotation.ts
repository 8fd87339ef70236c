import { plural } from '../model/text.js';

/** A workflow command that GitHub turns into an annotation of a pull request. */
export type Annotation = {
  readonly level: 'error' | 'warning' | 'notice';
  /** Absent for what concerns no single file. */
  readonly file?: string;
  /** Where in the file; absent for the file as a whole. */
  readonly at?: { readonly line: number; readonly column: number };
  readonly title: string;
  readonly message: string;
};

const LEVELS = ['error', 'warning', 'notice'] as const;

/** GitHub shows ten of a level and step and drops the rest without a word: the tenth says how many more. */
const SHOWN = 9;

/**
 * The annotations of one step, worst level first; of each level the first nine, and how many there are besides.
 *
 * @param page.title who says how many more there are
 * @param page.others where the rest is listed, such as `npx meshwright check`
 */
export function formatAnnotations(
  annotations: readonly Annotation[],
  { title, others }: { readonly title: string; readonly others: string },
): string {
  return LEVELS.flatMap((level) => {
    const all = annotations.filter((annotation) => annotation.level === level);
    const more = all.length - SHOWN;
    const rest = {
      level,
      title,
      message: `and ${plural(more, `more ${level}`)}; all of them: ${others}`,
    };
    return more > 0 ? [...all.slice(0, SHOWN), rest] : all;
  })
    .map(formatAnnotation)
    .join('');
}

/** One line, with the escapes of @actions/core (toolkit, command.ts). */
function formatAnnotation({ level, file, at, title, message }: Annotation): string {
  const properties = [
    ...(file === undefined ? [] : [`file=${property(file)}`]),
    ...(at === undefined ? [] : [`line=${at.line},col=${at.column}`]),
    `title=${property(title)}`,
  ];
  return `::${level} ${properties.join(',')}::${data(message)}\n`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
