/** Writes src/*/ found; /*.js: modules that list kinds, rules and so on by the files that hold them. */
export function findParts(root: string): void;
