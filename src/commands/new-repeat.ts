import { helpers } from '../stages/quoting.js';
import type { NewServiceOptions } from './new-options.js';

/** The command that makes the same service without a question. */
export function repeatCommand(options: NewServiceOptions): string {
  const { name, language, module, transport, dir, upstream, set } = options;
  const flag = (word: string, value: string | undefined) =>
    value === undefined ? [] : [word, value];
  const capabilities = options.with ?? [];
  const words = [
    ...['npx', 'meshwright', 'new', 'service'],
    ...(name === undefined ? [] : [name]),
    ...flag('--language', language),
    ...flag('--module', module),
    ...flag('--transport', transport),
    ...flag('--dir', dir),
    ...flag('--with', capabilities.length === 0 ? undefined : capabilities.join(',')),
    ...(upstream ?? []).flatMap((value) => ['--upstream', value]),
    ...(set ?? []).flatMap((value) => ['--set', value]),
    '--yes',
    ...(options.dryRun ? ['--dry-run'] : []),
    ...(options.verify ? [] : ['--no-verify']),
    ...(options.printWorkflow === true ? ['--print-workflow'] : []),
  ];
  return words.map(helpers.sh).join(' ');
}
