import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import Handlebars from 'handlebars';
import { describe, expect, test } from 'vitest';

import { readCatalog, readCatalogSource } from '../../src/io/catalog.js';
import type { Catalog, TemplateFunction } from '../../src/model/catalog.js';
import { composeTree } from '../../src/stages/compose-service.js';
import { parseTemplate } from '../../src/stages/parse-template.js';
import { helpers } from '../../src/stages/quoting.js';
import { templateFunction } from '../../src/stages/template.js';

/** Templates mean what Handlebars makes of them, and nothing that Handlebars alone understands stands in them. */
const handlebars = Handlebars.create();
handlebars.registerHelper(helpers);

function compile(source: string): TemplateFunction {
  const options = { strict: true, noEscape: true } as const;
  return handlebars.compile(source, options) as unknown as TemplateFunction;
}

const { sources } = readCatalogSource(process.cwd());
const ours = readCatalog(process.cwd());
const theirs: Catalog = {
  ...ours,
  templates: new Map([...sources].map(([key, source]) => [key, compile(source)])),
};
const golden = join(process.cwd(), 'test/golden');

test.each(readdirSync(golden).filter((name) => !name.includes('.')))('%s', (name) => {
  const text = readFileSync(join(golden, name, 'scaffold.yaml'), 'utf8');
  expect(composeTree(text, ours).tree).toEqual(composeTree(text, theirs).tree);
});

describe('one by one', () => {
  const context = {
    name: 'orders',
    zero: 0,
    none: [],
    some: [{ name: 'a', deep: ['x', 'y'] }, { name: 'b' }],
    words: ['p', 'q'],
  };
  const slot: TemplateFunction = () => 'one\n\ntwo\n';

  test.each([
    'a {{name}} b\n',
    '{{! nothing }}\n\\{{name}} {{yaml name}}\n',
    '{{#if zero}}yes{{else}}no{{/if}}{{#if none}}yes{{else}}no{{/if}}{{#if absent}}yes{{/if}}\n',
    '{{#if absent}}a{{else if name}}b{{else}}c{{/if}}\n',
    '{{#each some}}\n  {{@index}} {{name}} {{@root.name}}{{#if @last}}.{{else}},{{/if}}\n{{/each}}\n',
    '{{#each some}}{{#each deep}}{{this}}{{#if @first}}!{{/if}}{{/each}}{{name}}{{/each}}\n',
    '{{#each none}}x{{else}}none{{/each}} {{#each words}}{{ts this}} {{/each}}\n',
    '  {{~name~}}  \n',
    'x\n    {{> slot}}\ny\n',
    'x {{> slot}} y\n',
    '{{#each words}}\n  {{> slot}}\n{{/each}}\n',
  ])('%j', (source) => {
    const template = parseTemplate(source);
    const partials = { slot };
    expect(templateFunction(() => template)(context, { partials })).toBe(
      compile(source)(context, { partials }),
    );
  });

  test.each([
    ['{{absent}}', 'asks for absent'],
    ['{{constructor}}', 'asks for constructor'],
    ['{{#each name}}{{/each}}', 'name is no list'],
    ['{{> absent}}', 'no slot absent'],
  ])('%s stops', (source, message) => {
    const template = parseTemplate(source);
    expect(() => templateFunction(() => template)(context, { partials: {} })).toThrow(message);
  });

  test.each([
    '{{lookup a b}}',
    '{{#with name}}{{/with}}',
    '{{#unless name}}{{/unless}}',
    '{{../name}}',
    '{{yaml "text"}}',
    '{{yaml name name}}',
    '{{yaml name key=1}}',
    '{{> slot name}}',
    '{{> (slot)}}',
    '{{#> slot}}{{/slot}}',
    '{{constructor name}}',
  ])('%s is refused', (source) => {
    expect(() => parseTemplate(source)).toThrow(/^line 1: /);
  });
});
