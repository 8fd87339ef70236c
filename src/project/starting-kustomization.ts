import { findKustomization, type Files } from '../manifests/kustomize.js';

export const requestPath = 'scaffold.yaml';

/** The kustomization that says what is deployed, where there is one. */
export function startingKustomization(
  files: Files,
  environment: string | undefined,
): string | undefined {
  const folders =
    environment === undefined
      ? ['deploy/mesh', 'deploy/base', 'deploy']
      : [`deploy/overlays/${environment}`];
  const starts = files.has(requestPath) ? folders : [''];
  return starts
    .map((folder) => findKustomization(folder, files))
    .find((path) => path !== undefined);
}
