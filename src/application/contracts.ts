import type { ContractControl } from '../model/app-control.js';
import { contractOf } from '../transports/transports.js';

/** What the contracts among a service's files declare. One that cannot be read says so. */
export function readContracts(files: ReadonlyMap<string, string>): ContractControl[] {
  return [...files].flatMap(([file, text]): ContractControl[] => {
    const contract = contractOf(file);
    if (contract === undefined) return [];
    const place = { file, line: 1, column: 1 };
    const values = contract.read(text);
    return [{ layer: 'app', kind: 'contract', target: file, namespace: '', place, values }];
  });
}
