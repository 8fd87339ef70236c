import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export type Shown = { readonly typed: string; readonly printed: readonly string[] };

/** Width of a terminal that prints as README.md shows. */
export const readmeColumns = 100;

/** The commands of the session in README.md, each with what it prints there. */
export function readSession(): readonly Shown[] {
  const path = fileURLToPath(new URL('../../README.md', import.meta.url));
  const [, session = ''] = /^## A session\n(.*?)^## /ms.exec(readFileSync(path, 'utf8')) ?? [];
  const blocks = [...session.matchAll(/^```\n(.*?)^```$/gms)].map(([, block = '']) => block);
  return blocks
    .flatMap((block) => block.split(/^\$ /m).slice(1))
    .map((text) => {
      const [typed = '', ...printed] = text.trimEnd().split('\n');
      return { typed, printed };
    });
}

/** Words after `npx meshwright`; undefined for a command of somebody else. */
export function readmeWords({ typed }: Shown): readonly string[] | undefined {
  const [npx, name, ...words] = typed.split(' ');
  return npx === 'npx' && name === 'meshwright' ? words : undefined;
}

/** With words in place of what README.md need not keep up with: times, and how many rules there are. */
export function withoutTimes(text: string): string {
  return text
    .replaceAll(/ +(?:\d+ min )?[\d.]+ s$/gm, ' (time)')
    .replaceAll(/\d+ rules, /g, '(some) rules, ');
}
