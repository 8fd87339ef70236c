import ts from 'typescript';

/**
 * Turns an ES module that a bundler wrote into CommonJS, which Node loads in half the time: no promise, no
 * second pass to link. Bindings are constants here, so calls between files cost nothing; modules that import
 * each other in a circle would find them undefined, and {@link requireNoCircles} refuses those.
 *
 * @param {string} text of the module; exports are declared in one list, as esbuild does
 */
export function toCommonJs(text) {
  const source = ts.createSourceFile(
    'm.mjs',
    text,
    ts.ScriptTarget.ESNext,
    false,
    ts.ScriptKind.JS,
  );
  const shebang = /^#!.*\n/.exec(text)?.[0] ?? '';
  let at = shebang.length;
  let body = '';
  const requires = [];
  const names = [];
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) continue;
    body += text.slice(at, Math.max(at, statement.pos));
    at = statement.end;
    if (ts.isImportDeclaration(statement)) requires.push(requireOf(statement));
    else names.push(...statement.exportClause.elements.map((element) => exportOf(element)));
  }
  body = (body + text.slice(at))
    .replaceAll(/\brequireLater\(import\((".[^"]+")\)\)/g, 'require($1)')
    .replaceAll(/\bimport\((".[^"]+")\)/g, 'Promise.resolve().then(()=>require($1))')
    .replaceAll('import.meta.dirname', '__dirname')
    .replaceAll('import.meta.url', "require('node:url').pathToFileURL(__filename).href");
  const exported = names.length === 0 ? '' : `\nmodule.exports={${names.join(',')}};`;
  return `${shebang}"use strict";${requires.join('')}${body}${exported}\n`;
}

/** @param {ts.ImportDeclaration} statement */
function requireOf({ moduleSpecifier, importClause }) {
  const loaded = `require(${JSON.stringify(moduleSpecifier.text)});`;
  if (importClause === undefined) return loaded;
  const { name, namedBindings } = importClause;
  const whole = [name, namedBindings?.name].filter((binding) => binding !== undefined);
  const parts = (namedBindings?.elements ?? []).map(({ propertyName, name: local }) =>
    propertyName === undefined ? local.text : `${propertyName.text}:${local.text}`,
  );
  return [
    ...whole.map(({ text }) => `const ${text}=${loaded}`),
    ...(parts.length === 0 ? [] : [`const{${parts.join(',')}}=${loaded}`]),
  ].join('');
}

/** @param {ts.ExportSpecifier} specifier */
function exportOf({ propertyName, name }) {
  return propertyName === undefined ? name.text : `${name.text}:${propertyName.text}`;
}

/**
 * @param {import('esbuild').Metafile['outputs']} outputs
 * @throws Error naming files that import each other in a circle
 */
export function requireNoCircles(outputs) {
  const done = new Set();
  const visit = (path, above) => {
    if (above.includes(path)) throw new Error(`a circle: ${[...above, path].join(' → ')}`);
    if (done.has(path)) return;
    for (const { path: next, kind } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement' && next in outputs) visit(next, [...above, path]);
    }
    done.add(path);
  };
  for (const path of Object.keys(outputs)) visit(path, []);
}
