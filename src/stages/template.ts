import type { TemplateFunction } from '../model/catalog.js';
import { helpers } from './quoting.js';

/**
 * A template as data. Handlebars' own functions for the same templates are four times as long, and a run
 * calls most of them once: to compile them costs more than to call them.
 */
export type TemplatePart =
  | string
  | { readonly value: Path; readonly helper?: string }
  | { readonly if: Path; readonly then: Template; readonly else: Template }
  | { readonly each: Path; readonly then: Template; readonly else: Template }
  | { readonly slot: string; readonly indent: string };

export type Template = readonly TemplatePart[];

/** Keys from the context, or from what `@root`, `@first`, … name; empty for the context itself. */
export type Path = readonly string[];

type Frame = {
  readonly context: unknown;
  readonly data: Readonly<Record<string, unknown>>;
  readonly slots: Readonly<Record<string, TemplateFunction>>;
};

/** What to call a template by, as one that Handlebars compiled. */
export function templateFunction(template: () => Template): TemplateFunction {
  return (context, { partials, data }) =>
    fill(template(), { context, data: data ?? { root: context }, slots: partials });
}

/** @throws Error for a value that the context does not have: a template and its context belong together */
function fill(template: Template, frame: Frame): string {
  let text = '';
  for (const part of template) text += typeof part === 'string' ? part : fillPart(part, frame);
  return text;
}

function fillPart(part: Exclude<TemplatePart, string>, frame: Frame): string {
  if ('value' in part) {
    const value = lookUp(part.value, frame, true);
    return part.helper === undefined ? print(value, part.value) : helperOf(part.helper)(value);
  }
  if ('if' in part) {
    return fill(isFilled(lookUp(part.if, frame, false)) ? part.then : part.else, frame);
  }
  if ('each' in part) return fillEach(part, frame);
  const slot = frame.slots[part.slot];
  if (slot === undefined) throw new Error(`no slot ${part.slot}`);
  return indented(slot(frame.context, { partials: {} }), part.indent);
}

function print(value: unknown, path: Path): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`${path.join('.')} is no value that can be printed`);
}

function helperOf(name: string): (value: unknown) => string {
  return helpers[name as keyof typeof helpers]; // parseTemplate refuses all others.
}

function fillEach(part: Extract<TemplatePart, { readonly each: Path }>, frame: Frame): string {
  const items = lookUp(part.each, frame, false) ?? [];
  if (!Array.isArray(items)) throw new Error(`${part.each.join('.')} is no list`);
  if (items.length === 0) return fill(part.else, frame);
  const last = items.length - 1;
  return (items as readonly unknown[])
    .map((context, index) => {
      const data = { ...frame.data, index, first: index === 0, last: index === last };
      return fill(part.then, { ...frame, context, data });
    })
    .join('');
}

/** The value at a path, own properties alone; a condition may ask for what is not there. */
function lookUp(path: Path, { context, data }: Frame, isRequired: boolean): unknown {
  const isData = path[0]?.startsWith('@') === true;
  let value: unknown = isData ? data[path[0]?.slice(1) ?? ''] : context;
  for (const key of isData ? path.slice(1) : path) {
    const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
    if (!isThere && isRequired) throw new Error(`a template asks for ${path.join('.')}`);
    value = isThere ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
  }
  return value;
}

/** As Handlebars' `if`: an empty list is nothing, too. */
function isFilled(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

/** A slot alone on its line indents all of its lines. */
function indented(text: string, indent: string): string {
  if (indent === '') return text;
  const lines = text.split('\n');
  const end = lines.at(-1) === '' ? lines.length - 1 : lines.length;
  return lines.map((line, index) => (index < end ? indent + line : line)).join('\n');
}
