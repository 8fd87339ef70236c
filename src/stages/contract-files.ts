import { contractOf } from '../transports/transports.js';

/** Folders of other people's code, and of tests. */
const FOREIGN = new Set(['node_modules', 'vendor', 'testdata', 'dist']);

/** True where a declaration names methods, which contracts know too; of any other no contract is read. */
export function wantsContracts(declaration: string | undefined): boolean {
  return declaration?.includes('methods') === true;
}

/** True for the path of a contract among a service's own files. */
export function isContractPath(path: string): boolean {
  return contractOf(path) !== undefined && !path.split('/').some(isForeignFolder);
}

/** True for the name of a folder in which no contract of the service's is. */
export function isForeignFolder(name: string): boolean {
  return name.startsWith('.') || FOREIGN.has(name);
}
