/** Folder of the installed programs. */
export const toolsFolder: string;

/** Name to package and version. */
export const tools: Readonly<
  Record<'istioctl' | 'kubeconform' | 'kustomize' | 'staticcheck', readonly [string, string]>
>;

/** @returns whether all of them are there */
export function installTools(names?: readonly string[]): boolean;
