import { helpers } from './quoting.js';

/** Block helpers that templates may use besides the quoting helpers. */
const BLOCKS = ['if', 'each'];

/** Handlebars' options for every template: nothing undeclared, nothing inherited, no HTML. */
export const compileOptions = {
  strict: true,
  knownHelpersOnly: true,
  noEscape: true,
  knownHelpers: Object.fromEntries([
    ...BLOCKS.map((name) => [name, true]),
    // Handlebars knows these by itself; templates do without.
    ...['helperMissing', 'blockHelperMissing', 'unless', 'with', 'log', 'lookup'].map((name) => [
      name,
      false,
    ]),
    ...Object.keys(helpers).map((name) => [name, true]),
  ]) as Record<string, boolean>,
} as const;
