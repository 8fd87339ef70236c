import Handlebars from 'handlebars';

import type { TemplateFunction } from '../model/catalog.js';
import { helpers } from './quoting.js';
import { templateFunction, type Path, type Template, type TemplatePart } from './template.js';

/**
 * Reads the text of a template: values, `if`, `each` and slots, in Handlebars' notation.
 *
 * @throws Error for everything else, with its line: other helpers and blocks, partials with arguments, `../`
 */
export function parseTemplate(text: string): Template {
  return readProgram(Handlebars.parse(text));
}

/** Templates by key, each parsed when it is first called. */
export function parseTemplates(
  sources: Iterable<readonly [key: string, text: string]>,
): Map<string, TemplateFunction> {
  return new Map(
    [...sources].map(([key, text]) => {
      let parsed: Template | undefined;
      return [key, templateFunction(() => (parsed ??= parseTemplate(text)))] as const;
    }),
  );
}

function readProgram(program: hbs.AST.Program | undefined): Template {
  return (program?.body ?? []).flatMap((statement) => readStatement(statement) ?? []);
}

function readStatement(statement: hbs.AST.Statement): TemplatePart | undefined {
  switch (statement.type) {
    case 'ContentStatement': {
      const { value } = statement as hbs.AST.ContentStatement;
      return value === '' ? undefined : value;
    }
    case 'CommentStatement':
      return undefined;
    case 'MustacheStatement':
      return readValue(statement as hbs.AST.MustacheStatement);
    case 'BlockStatement':
      return readBlock(statement as hbs.AST.BlockStatement);
    case 'PartialStatement':
      return readSlot(statement as hbs.AST.PartialStatement);
    default:
      throw unknown(statement, statement.type);
  }
}

function readValue(statement: hbs.AST.MustacheStatement): TemplatePart {
  const { path, params, hash } = statement;
  if ((hash as hbs.AST.Hash | undefined) !== undefined) throw unknown(statement, 'an argument');
  const [param, ...more] = params;
  if (param === undefined) return { value: readPath(path) };
  const [helper, ...rest] = readPath(path);
  if (
    helper === undefined ||
    rest.length > 0 ||
    more.length > 0 ||
    !Object.hasOwn(helpers, helper)
  ) {
    throw unknown(statement, helper ?? '');
  }
  return { value: readPath(param), helper };
}

function readBlock(statement: hbs.AST.BlockStatement): TemplatePart {
  const { path, params, program, inverse } = statement;
  const [name] = readPath(path);
  const [param, ...more] = params;
  if (param === undefined || more.length > 0 || (name !== 'if' && name !== 'each')) {
    throw unknown(statement, name ?? '');
  }
  const branches = { then: readProgram(program), else: readProgram(inverse) };
  return name === 'if'
    ? { if: readPath(param), ...branches }
    : { each: readPath(param), ...branches };
}

function readSlot(statement: hbs.AST.PartialStatement): TemplatePart {
  const { name, params, hash, indent } = statement;
  if (params.length > 0 || (hash as hbs.AST.Hash | undefined) !== undefined) {
    throw unknown(statement, 'an argument');
  }
  return { slot: readPath(name).join('.'), indent };
}

function readPath(expression: hbs.AST.Expression): Path {
  const { data, depth, parts } = expression as Partial<hbs.AST.PathExpression>;
  if (parts === undefined || depth !== 0) throw unknown(expression, expression.type);
  const [first, ...rest] = parts;
  return data === true && first !== undefined ? [`@${first}`, ...rest] : parts;
}

function unknown({ loc }: hbs.AST.Node, what: string): Error {
  return new Error(`line ${loc.start.line}: ${what} is none of value, if, each and slot`);
}
