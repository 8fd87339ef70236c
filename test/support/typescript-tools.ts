import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import type { ESLint } from 'eslint';
import type prettier from 'prettier';
import type ts from 'typescript';

/**
 * The compiler, linter and formatter that a generated service declares, kept in memory between trees: a process
 * for each tree spends most of its time on the types of the same packages.
 */
export class TypeScriptTools {
  readonly #ts: typeof ts;
  readonly #eslint: typeof ESLint;
  readonly #prettier: typeof prettier;
  readonly #sources = new Map<string, ts.SourceFile>();
  #last: ts.Program | undefined;

  /** @param folder the service whose `node_modules` has the tools; its packages stay where they are */
  constructor(folder: string) {
    const require = createRequire(join(folder, 'package.json'));
    this.#ts = require('typescript') as typeof ts;
    this.#eslint = (require('eslint') as { ESLint: typeof ESLint }).ESLint;
    this.#prettier = require('prettier') as typeof prettier;
  }

  /** What `tsc` says of the tree in `folder`, with a program to lint with. */
  compile(folder: string): { readonly program: ts.Program; readonly problems: string } {
    const { sys, readConfigFile, parseJsonConfigFileContent } = this.#ts;
    const file = join(folder, 'tsconfig.json');
    const { config } = readConfigFile(file, (path) => sys.readFile(path)) as { config: unknown };
    const { fileNames, options, errors } = parseJsonConfigFileContent(config, sys, folder);
    const host = this.#hostOf(options);
    const program = this.#ts.createProgram(fileNames, options, host, this.#last);
    this.#last = program;
    const diagnostics = [...errors, ...this.#ts.getPreEmitDiagnostics(program)];
    return { program, problems: this.#ts.formatDiagnostics(diagnostics, host) };
  }

  /** What `eslint --max-warnings 0` says of `files`. */
  async lint(folder: string, files: readonly string[], program: ts.Program): Promise<string> {
    if (files.length === 0) return '';
    const parserOptions = { projectService: false, programs: [program] };
    const eslint = new this.#eslint({
      cwd: folder,
      overrideConfig: { files: ['**/*.ts'], languageOptions: { parserOptions } },
    });
    const formatter = await eslint.loadFormatter();
    return await formatter.format(await eslint.lintFiles([...files]));
  }

  /** Those of `files` that `prettier --check` would name. */
  async unformatted(folder: string, files: readonly string[]): Promise<string[]> {
    const unformatted: string[] = [];
    for (const path of files.map((file) => join(folder, file))) {
      const ignorePath = join(folder, '.prettierignore');
      const { ignored, inferredParser } = await this.#prettier.getFileInfo(path, { ignorePath });
      if (ignored || inferredParser === null) continue;
      const options = { ...(await this.#prettier.resolveConfig(path)), filepath: path };
      if (!(await this.#prettier.check(readFileSync(path, 'utf8'), options)))
        unformatted.push(path);
    }
    return unformatted;
  }

  /** A host whose sources are the same objects as long as their texts are: programs share them. */
  #hostOf(options: ts.CompilerOptions): ts.CompilerHost {
    const host = this.#ts.createCompilerHost(options);
    const read = host.getSourceFile.bind(host);
    host.getSourceFile = (path, ...rest) => {
      const text = path.includes('/node_modules/') ? '' : host.readFile(path);
      const key = `${path}\n${text ?? ''}`;
      const source = this.#sources.get(key) ?? read(path, ...rest);
      if (source !== undefined) this.#sources.set(key, source);
      return source;
    };
    return host;
  }
}
