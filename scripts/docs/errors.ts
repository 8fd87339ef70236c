import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';

import { exitCodes } from '../../src/model/errors.js';
import { exitCodeMeanings } from '../../src/report/exit-codes.js';
import { escapePipes } from './commands.js';

type ErrorCode = { readonly code: string; readonly exitCode: number; readonly message: string };

/** docs/reference/exit-codes.md. */
export function documentExitCodes(): string {
  const rows = Object.entries(exitCodes).map(
    ([name, code]) => `| ${code} | ${exitCodeMeanings[name as keyof typeof exitCodes]} |`,
  );
  return [
    '# Exit codes',
    '',
    'The same in every output format. When several apply, the first of 130, 70, 6, 2, 3, 1.',
    '',
    '| code | |',
    '|---|---|',
    ...rows,
    '',
  ].join('\n');
}

/** docs/reference/error-codes.md: what stops the tool, found in the sources. */
export function documentErrorCodes(root: string): string {
  const found = new Map<string, ErrorCode>();
  for (const error of sourceFiles(join(root, 'src')).flatMap(findErrors)) {
    const key = `${error.code} ${error.exitCode}`;
    const known = found.get(key);
    if (known === undefined || known.message === '') found.set(key, error);
  }
  const rows = [...found.values()]
    .sort((a, b) => (a.code === b.code ? a.exitCode - b.exitCode : a.code < b.code ? -1 : 1))
    .map(
      ({ code, exitCode, message }) => `| \`${code}\` | ${exitCode} | ${escapePipes(message)} |`,
    );
  return [
    '# Error codes',
    '',
    'The `error.code` of a JSON document. What stands at `…` differs from case to case.',
    '',
    '| code | exit | such as |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function sourceFiles(folder: string): ts.SourceFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .map((path) => {
      const text = readFileSync(join(folder, path), 'utf8');
      return ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
    });
}

/** Errors that a file makes: `new ToolError({…})`, and calls of functions whose first parameter is `code`. */
function findErrors(file: ts.SourceFile): ErrorCode[] {
  const makers = findMakers(file);
  const errors: ErrorCode[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && node.expression.getText() === 'ToolError') {
      const [problem] = node.arguments ?? [];
      if (problem !== undefined && ts.isObjectLiteralExpression(problem)) {
        const { code, exitCode, message } = readProblem(problem);
        for (const text of literals(code))
          errors.push({ code: text, exitCode, message: say(message) });
      }
    }
    if (ts.isCallExpression(node)) {
      const exitCode = makers.get(node.expression.getText());
      const [code, message] = node.arguments;
      if (exitCode !== undefined) {
        for (const text of literals(code))
          errors.push({ code: text, exitCode, message: say(message) });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return errors;
}

/** Functions that make an error of a code they are given, with their exit code. */
function findMakers(file: ts.SourceFile): ReadonlyMap<string, number> {
  const makers = new Map<string, number>([['inputError', exitCodes.usage]]);
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionDeclaration(node) && node.name !== undefined) {
      const [first] = node.parameters;
      const used = /exitCodes\.(\w+)/.exec(node.getText())?.[1];
      if (first?.name.getText() === 'code' && used !== undefined) {
        makers.set(node.name.text, exitCodes[used as keyof typeof exitCodes]);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return makers;
}

function readProblem(problem: ts.ObjectLiteralExpression) {
  const valueOf = (name: string): ts.Node | undefined =>
    problem.properties.flatMap((property) =>
      ts.isPropertyAssignment(property) && property.name.getText() === name
        ? [property.initializer]
        : [],
    )[0];
  const name = /exitCodes\.(\w+)/.exec(valueOf('exitCode')?.getText() ?? '')?.[1] ?? 'bug';
  return {
    code: valueOf('code'),
    exitCode: exitCodes[name as keyof typeof exitCodes],
    message: valueOf('message'),
  };
}

/** The texts that an expression may be: both sides of a choice. */
function literals(node: ts.Node | undefined): string[] {
  if (node === undefined) return [];
  if (ts.isStringLiteral(node)) return [node.text];
  if (ts.isConditionalExpression(node))
    return [...literals(node.whenTrue), ...literals(node.whenFalse)];
  if (ts.isTemplateExpression(node)) return [say(node)];
  return [];
}

/** A message with `…` for what is filled in. */
function say(node: ts.Node | undefined): string {
  if (node === undefined) return '';
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isConditionalExpression(node)) return say(node.whenTrue);
  if (!ts.isTemplateExpression(node)) return '';
  return [node.head.text, ...node.templateSpans.map((span) => `…${span.literal.text}`)]
    .join('')
    .replaceAll(/\n/g, ' ');
}
