import type { UnsaidControl } from '../model/mesh-emitter.js';
import { wrap } from './layout.js';
import type { Style } from './style.js';

type Page = { readonly style: Style; readonly columns: number };

/**
 * What the mesh cannot express of what is declared: one entry for each control, with all upstreams that the same holds
 * for, why not, and what holds instead. Empty where it can express everything.
 */
export function formatUnsaid(unsaid: readonly UnsaidControl[], { style, columns }: Page): string {
  const [first] = unsaid;
  if (first === undefined) return '';
  const entries = new Map<string, { control: string; targets: string[]; text: string }>();
  for (const { control, target, reason, instead } of unsaid) {
    const text = `${reason.charAt(0).toUpperCase()}${reason.slice(1)}. ${instead}`;
    const key = JSON.stringify([control, text]);
    const entry = entries.get(key) ?? { control, targets: [], text };
    entry.targets.push(target);
    entries.set(key, entry);
  }
  return [
    style.bold(`Not expressible in ${first.mesh}`),
    ...[...entries.values()].flatMap(({ control, targets, text }) => [
      ...wrap(`${control} (${targets.join(', ')})`, columns - 2).map((line) => `  ${line}`),
      ...wrap(text, columns - 4).map((line) => `    ${line}`),
    ]),
  ].join('\n');
}
