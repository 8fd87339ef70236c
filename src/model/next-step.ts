/** A command that somebody runs next in the project's folder, and what it does. */
export type NextStep = { readonly command: string; readonly does: string };
