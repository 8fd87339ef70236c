import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Catalog } from '../../src/model/catalog.js';
import { renderText } from '../support/request.js';
import { writeTree } from '../support/write-tree.js';
import { addCreateRoute } from './create-route.js';
import { addForwardRoute } from './forward-route.js';

/** How a service is started. */
export type Command = readonly [file: string, ...args: string[]];

type Language = {
  readonly module: string;
  /** What must be on PATH. */
  readonly tool: string;
  /** Makes a generated project a program. */
  readonly build: (folder: string) => Command;
};

/** A further language adds its entry here, and must pass. */
const languages: Readonly<Record<string, Language>> = {
  go: {
    module: 'example.com/orders',
    tool: 'go',
    build: (folder) => {
      run(folder, 'go', ['build', '-o', 'service', './cmd/orders']);
      return [join(folder, 'service')];
    },
  },
  typescript: {
    module: 'orders',
    tool: 'npm',
    build: (folder) => {
      run(folder, 'npm', ['ci', '--no-audit', '--no-fund']);
      run(folder, 'npm', ['run', 'build']);
      return [process.execPath, join(folder, 'dist/main.js')];
    },
  },
};

/** The languages whose tools are on this machine. */
export const available = Object.keys(languages).filter((language) =>
  isOnPath(languages[language]!.tool),
);

/** Generates a service with everything that there is to conform to, and builds it below `root`. */
export function buildProgram(language: string, catalog: Catalog, root: string): Command {
  const folder = generate(language, catalog, root, [
    'capabilities: { circuit-breaker: {}, retry: {}, observability: {}, jwt: {} }',
    'upstreams: [{ name: inventory, url: "http://inventory.invalid" }]',
  ]);
  addForwardRoute(language, folder);
  return languages[language]!.build(folder);
}

/** Generates a service that calls inventory by gRPC, and builds it below `root`. */
export function buildCaller(language: string, catalog: Catalog, root: string): Command {
  const folder = generate(language, catalog, root, [
    'capabilities: { circuit-breaker: {}, retry: {}, observability: {} }',
    'upstreams: [{ name: inventory, url: "grpc://inventory.invalid:9090" }]',
  ]);
  addCreateRoute(language, folder);
  return languages[language]!.build(folder);
}

/** Writes a project; `rest` is what scaffold.yaml says beside the service. */
function generate(
  language: string,
  catalog: Catalog,
  root: string,
  rest: readonly string[],
): string {
  const { module } = languages[language]!;
  const service = `service: { name: orders, language: ${language}, module: ${module} }`;
  const folder = join(root, language);
  writeTree(folder, renderText([service, ...rest].join('\n'), catalog));
  return folder;
}

/** Runs a command in a project; what it printed is the failure. */
function run(folder: string, file: string, args: readonly string[]): void {
  try {
    execFileSync(file, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${file} ${args.join(' ')}\n${stdout}${stderr}`, { cause: error });
  }
}

function isOnPath(command: string): boolean {
  return (process.env.PATH ?? '').split(':').some((path) => existsSync(join(path, command)));
}
