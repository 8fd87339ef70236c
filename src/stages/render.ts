import type { Catalog, TemplateFunction } from '../model/catalog.js';
import type { Plan, PlannedFile } from '../model/plan.js';
import type { Tree, TreeFile } from '../model/tree.js';

/**
 * Makes the text of every planned file. A function of the plan and the templates alone:
 * the same input gives the same bytes. A file without any text (go.sum without dependencies) is left out.
 */
export function render(plan: Plan, catalog: Catalog): Tree {
  return new Map(
    plan.files
      .map((file): [string, TreeFile] => [file.path, renderFile(file, plan, catalog)])
      .filter(([, { text }]) => text.trim() !== ''),
  );
}

function renderFile(file: PlannedFile, plan: Plan, catalog: Catalog): TreeFile {
  const contributors = new Set(file.owner === undefined ? [] : [file.owner]);
  const partials = Object.fromEntries(
    file.slots.map(({ name, sorted }) => [
      name,
      (context: unknown): string => {
        const texts = (plan.contributions.get(name) ?? []).map(({ template, owner }) => {
          const text = findTemplate(catalog, template)(context, {
            partials: {},
            data: { root: file.context },
          });
          if (text !== '' && owner !== undefined) contributors.add(owner);
          return text;
        });
        return sorted ? sortLines(texts.join('')) : texts.join('');
      },
    ]),
  );
  const text = findTemplate(catalog, file.template)(file.context, { partials });
  return {
    text: emptyBlankLines(text),
    mode: file.mode,
    ownership: file.ownership,
    capabilities: [...contributors].sort(),
    was: file.was,
  };
}

/** A slot's indentation is put before its empty lines, too. */
function emptyBlankLines(text: string): string {
  return text.replaceAll(/^[ \t]+$/gm, '');
}

function findTemplate(catalog: Catalog, key: string): TemplateFunction {
  const template = catalog.templates.get(key);
  if (template === undefined) throw new Error(`no template ${key}`);
  return template;
}

function sortLines(text: string): string {
  const lines = new Set(text.split('\n').filter((line) => line !== ''));
  const keyOf = (line: string) => /"[^"]*"$/.exec(line)?.[0] ?? line; // A name may stand before what is imported.
  return [...lines]
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    .map((line) => `${line}\n`)
    .join('');
}
