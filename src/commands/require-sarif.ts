import { inputError } from '../model/errors.js';

/** @throws ToolError `usage` (exit 2) when a flag of SARIF is given with another format */
export function requireSarif(
  { includeSuppressed, format }: { readonly includeSuppressed: boolean; readonly format: string },
  command: string,
): void {
  if (!includeSuppressed || format === 'sarif') return;
  throw inputError(
    'usage',
    '--include-suppressed needs --format sarif: the other formats list what is accepted anyway.',
    `npx meshwright ${command} --help`,
  );
}
