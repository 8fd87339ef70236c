import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

import { guardEnvironment } from '../io/git-guard.js';
import { openProcesses, type ProcessEnd } from '../io/process.js';
import { manifestTools } from '../meshes/needed.js';
import type { Catalog } from '../model/catalog.js';
import type { TemplateManifest } from '../model/manifest.js';
import { compareVersions } from '../model/version.js';

/** Longest wait for a tool to say its version. */
const TIMEOUT_MS = 10_000;

export type Tool = {
  readonly name: string;
  readonly arguments: readonly string[];
  /** File that tells the version, from the folder of the executable: reading is quicker than running. */
  readonly versionFile?: string | undefined;
  /** Finds the version in what it prints; its first group is the version. */
  readonly pattern: RegExp;
  readonly minimum: string;
  /** What it is needed for. */
  readonly purpose: string;
  /** Nothing works without it, a language needs it, or one step is skipped without it. */
  readonly need: 'always' | 'language' | 'optional';
  /** The language that needs it. */
  readonly language?: string | undefined;
  /** True when it comes with Node, which runs this tool. */
  readonly comesWithNode?: boolean;
  /** How to get it. */
  readonly install: string;
};

/** The tools that this one calls in every language. */
const ownTools: readonly Tool[] = [
  {
    name: 'node',
    arguments: ['--version'],
    pattern: /v(\d+\.\d+\.\d+)/,
    minimum: '20.19.0',
    purpose: 'runs this tool',
    need: 'always',
    install: 'https://nodejs.org/en/download',
  },
  {
    name: 'git',
    arguments: ['--version'],
    pattern: /(\d+\.\d+(?:\.\d+)?)/,
    minimum: '2.38.0',
    purpose: 'the repository of a service, and merges of later changes',
    need: 'always',
    install: 'https://git-scm.com/downloads',
  },
  {
    name: 'kubeconform',
    arguments: ['-v'],
    pattern: /v?(\d+\.\d+\.\d+)/,
    minimum: '0.6.0',
    purpose: 'verify: a second opinion on the manifests',
    need: 'optional',
    install: 'go install github.com/yannh/kubeconform/cmd/kubeconform@latest',
  },
  {
    name: 'kubectl',
    arguments: ['version', '--client'],
    pattern: /v(\d+\.\d+\.\d+)/,
    minimum: '1.30.0',
    purpose: 'deploys: kubectl apply -k deploy/mesh',
    need: 'optional',
    install: 'https://kubernetes.io/docs/tasks/tools/',
  },
];

/** Every tool: those that nothing works without, those of each language, then the optional ones, those of meshes first. */
export function listTools({ languages }: Catalog): readonly Tool[] {
  return [
    ...ownTools.filter(({ need }) => need === 'always'),
    ...[...languages].sort(byPreference).flatMap(toolsOf),
    ...manifestTools.map((tool): Tool => ({ ...tool, need: 'optional' })),
    ...ownTools.filter(({ need }) => need === 'optional'),
  ];
}

/** Orders languages as they are preferred when nobody says one. */
export function byPreference(a: TemplateManifest, b: TemplateManifest): number {
  return a.preference - b.preference;
}

/** The tools of one language. */
export function toolsOf({ language, tools }: TemplateManifest): readonly Tool[] {
  return tools.map(({ pattern, optional, ...tool }) => ({
    ...tool,
    pattern: new RegExp(pattern),
    need: optional ? 'optional' : 'language',
    language: optional ? undefined : language,
  }));
}

/** A tool as found on this machine. */
export type FoundTool = {
  readonly tool: Tool;
  readonly state: 'good' | 'old' | 'missing' | 'broken';
  /** Empty unless it said one. */
  readonly version: string;
};

/**
 * Asks a tool for its version. A development build that says none is taken for good.
 *
 * @param env whose PATH is searched
 */
export async function findTool(tool: Tool, env: Environment): Promise<FoundTool> {
  const written = readVersionFile(tool, env);
  const { end, output } = written === undefined ? await askVersion(tool, env) : said(written);
  if (end.kind !== 'exited' || end.code !== 0) {
    const isMissing = end.kind === 'not-started' && end.reason === 'not found';
    return { tool, state: isMissing ? 'missing' : 'broken', version: '' };
  }
  const version = tool.pattern.exec(output)?.[1] ?? '';
  const isOld = version !== '' && compareVersions(version, tool.minimum) < 0;
  return { tool, state: isOld ? 'old' : 'good', version };
}

type Answer = { readonly end: ProcessEnd; readonly output: string };

function said(output: string): Answer {
  return { end: { kind: 'exited', code: 0 }, output };
}

/** Runs nothing before it is asked. */
const processes = openProcesses();

type Environment = Readonly<Record<string, string | undefined>>;

/** Tools may call git themselves, in a folder that comes from anywhere. */
async function askVersion(tool: Tool, env: Environment): Promise<Answer> {
  return await processes.run(
    { file: tool.name, args: tool.arguments, cwd: process.cwd(), env: guardEnvironment(env) },
    { timeoutMs: TIMEOUT_MS, signal: new AbortController().signal },
  );
}

/** @returns undefined where there is none, or it tells no version: a shim, a development build */
function readVersionFile(
  { name, versionFile, pattern }: Tool,
  env: Environment,
): string | undefined {
  if (versionFile === undefined) return undefined;
  const executable = (env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
  if (executable === undefined) return undefined;
  try {
    const text = readFileSync(join(dirname(realpathSync(executable)), versionFile), 'utf8');
    return pattern.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}
