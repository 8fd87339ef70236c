import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { parse, stringify } from 'yaml';

import { tools, toolsFolder } from '../../scripts/install-tools.mjs';
import { analyzeArgs, readAnalysis } from '../../src/meshes/istio/istioctl.js';

/** An object that Istio's analyzer says something of; the namespace is empty where the input has none. */
export type Expected = {
  /** Name of the message kind. */
  readonly message: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
};

/** One row of Istio's own table of analyzer tests. */
export type AnalyzerCase = {
  readonly name: string;
  readonly files: ReadonlyMap<string, string>;
  readonly expected: readonly Expected[];
};

/** A kind of message, as the analyzers' own list has it. */
export type MessageKind = { readonly code: string; readonly name: string };

/** Sources of the istioctl that the tests compare with, where it was built: in Go's cache. */
export function findAnalysis(): string | undefined {
  try {
    const cache = execFileSync('go', ['env', 'GOMODCACHE'], { encoding: 'utf8' }).trim();
    const folder = join(cache, `istio.io/istio@${tools.istioctl[1]}`, 'pkg/config/analysis');
    return existsSync(folder) ? folder : undefined;
  } catch {
    return undefined;
  }
}

export function readMessageKinds(analysis: string): readonly MessageKind[] {
  const { messages } = parse(readFileSync(join(analysis, 'msg/messages.yaml'), 'utf8')) as {
    messages: readonly MessageKind[];
  };
  return messages;
}

/** The table of analyzers_test.go, with its files. */
export function readAnalyzerCases(analysis: string): readonly AnalyzerCase[] {
  const folder = join(analysis, 'analyzers');
  const source = readFileSync(join(folder, 'analyzers_test.go'), 'utf8');
  const table = /^var testGrid = \[\]testCase\{\n([\s\S]*?)^\}$/m.exec(source)?.[1] ?? '';
  return [...table.matchAll(/^\t\{\n([\s\S]*?)^\t\},$/gm)].map(([, row = '']) => {
    const inputs = /inputFiles:\s+\[\]string\{([\s\S]*?)\}/.exec(row)?.[1] ?? '';
    const files = [...inputs.matchAll(/"([^"]+)"/g)].map(
      ([, path = '']) => [basename(path), readFileSync(join(folder, path), 'utf8')] as const,
    );
    const meshConfig = /meshConfigFile:\s+"([^"]+)"/.exec(row)?.[1];
    const mesh =
      meshConfig === undefined ? DEFAULTS : readFileSync(join(folder, meshConfig), 'utf8');
    return {
      name: /name:\s+"([^"]+)"/.exec(row)?.[1] ?? '',
      // The analyzers always have the configuration of an installation.
      files: new Map([...files, [MESH, asConfigMap(mesh)]]),
      expected: [...row.matchAll(/^\s*\{msg\.(\w+), "(\w+) (?:([^/"]+)\/)?([^/"]+)"\},$/gm)].map(
        ([, message = '', kind = '', namespace = '', name = '']) => ({
          message,
          kind,
          namespace,
          name,
        }),
      ),
    };
  });
}

/**
 * What all of istioctl's analyzers say of the files of a row, which runs one of them: `IST0177 ServiceEntry/web`.
 *
 * @throws Error when istioctl is not installed
 */
export function saidOf({ files }: AnalyzerCase): ReadonlySet<string> {
  const folder = mkdtempSync(join(tmpdir(), 'analyzers-'));
  try {
    const paths = [...files].flatMap(([name, text]) => {
      if (name === MESH) return [];
      writeFileSync(join(folder, name), text);
      return [join(folder, name)];
    });
    const printed = execFileSync(join(toolsFolder, 'istioctl'), analyzeArgs(paths), {
      encoding: 'utf8',
    });
    return new Set(
      (readAnalysis(printed) ?? []).map(({ code, origin }) => {
        const [kind = '', name = ''] = origin.split(' ');
        return `${code} ${kind}/${name.split('/').at(-1) ?? ''}`;
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const MESH = 'mesh-config.yaml';
const DEFAULTS = 'accessLogFile: /dev/stdout\n';

/** As an installation holds it. */
function asConfigMap(mesh: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'istio', namespace: 'istio-system' },
    data: { mesh },
  });
}
