/** Writes src/meshes/found/*.js: modules that list kinds and rules by the files that hold them. */
export function findParts(root: string): void;
