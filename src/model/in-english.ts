import en from 'zod/v4/locales/en.js';

/**
 * Words for what a schema without words of its own found. `zod/mini`, whose code is a third of zod's and
 * which every command loads, has none.
 */
export const inEnglish = en().localeError;
