import { join } from 'node:path';

import Handlebars from 'handlebars';

import { readCatalogSource } from '../src/io/catalog.js';
import { compileOptions } from '../src/stages/compile-options.js';

/**
 * Source of the module that stands for src/io/builtin.ts in the package: validated manifests as data,
 * templates precompiled. Each template is parsed by Node only when it is used.
 */
export function compileCatalog(root: string): string {
  const { sources, ...data } = readCatalogSource(root);
  const templates = [...sources].map(([key, source]) => {
    const spec = Handlebars.precompile(source, compileOptions) as string;
    return `  [${JSON.stringify(key)}, () => (${spec})],`;
  });
  return [
    `import Handlebars from 'handlebars/runtime.js';`,
    `import { helpers } from ${JSON.stringify(join(root, 'src/stages/quoting.ts'))};`,
    ``,
    `const handlebars = Handlebars.create();`,
    `handlebars.registerHelper(helpers);`,
    ``,
    `const specs = [`,
    ...templates,
    `];`,
    ``,
    `const lazily = (spec) => {`,
    `  let template;`,
    `  return (context, options) => (template ??= handlebars.template(spec()))(context, options);`,
    `};`,
    ``,
    `export function loadBuiltinCatalog() {`,
    `  return {`,
    `    ...JSON.parse(${JSON.stringify(JSON.stringify(data))}),`,
    `    templates: new Map(specs.map(([key, spec]) => [key, lazily(spec)])),`,
    `  };`,
    `}`,
    ``,
  ].join('\n');
}
