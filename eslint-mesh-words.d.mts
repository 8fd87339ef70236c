import type { Rule } from 'eslint';

/** False for a text in which none of the words is, not even in a comment. */
export function mayHoldMeshWords(text: string): boolean;
/** Names of a mesh, of its kinds and of its annotations, in identifiers, imports and texts. */
export const noMeshWords: Rule.RuleModule;
