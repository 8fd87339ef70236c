/** A workflow command that GitHub turns into an annotation of a pull request. */
export type Annotation = {
  readonly level: 'error' | 'warning' | 'notice';
  readonly file: string;
  /** Where in the file; absent for the file as a whole. */
  readonly at?: { readonly line: number; readonly column: number };
  readonly title: string;
  readonly message: string;
};

/** One line, with the escapes of @actions/core (toolkit, command.ts). */
export function formatAnnotation({ level, file, at, title, message }: Annotation): string {
  const place = at === undefined ? '' : `,line=${at.line},col=${at.column}`;
  return `::${level} file=${property(file)}${place},title=${property(title)}::${data(message)}\n`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
