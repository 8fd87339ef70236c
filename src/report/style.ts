/** Marks up text for a terminal, or leaves it as it is. */
export type Style = {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
  readonly symbols: {
    readonly passed: string;
    readonly failed: string;
    readonly skipped: string;
    readonly separator: string;
    readonly frames: readonly string[];
  };
};

const unicode = {
  passed: '✓',
  failed: '✗',
  skipped: '–',
  separator: ' · ',
  frames: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
};
const ascii = {
  passed: 'ok',
  failed: 'FAIL',
  skipped: '-',
  separator: ', ',
  frames: ['|', '/', '-', '\\'],
};

/** The style of an output; without colour it returns texts unchanged. */
export function createStyle(output: {
  readonly hasColor: boolean;
  readonly hasUnicode: boolean;
}): Style {
  const mark = (open: number, close: number) => (text: string) =>
    output.hasColor ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return {
    bold: mark(1, 22),
    dim: mark(2, 22),
    red: mark(31, 39),
    green: mark(32, 39),
    yellow: mark(33, 39),
    cyan: mark(36, 39),
    symbols: output.hasUnicode ? unicode : ascii,
  };
}
