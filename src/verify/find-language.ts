import type { Catalog } from '../model/catalog.js';
import { exitCodes, ToolError } from '../model/errors.js';
import { byPreference, findTool, toolsOf, type Tool } from './tools.js';

export type FoundLanguage = {
  readonly language: string;
  /** Why it is not the first choice; empty when it is. */
  readonly because: string;
};

/**
 * The language of a service when nobody says one: the first whose toolchain is here.
 * Only `new` asks; everywhere else the language stands in scaffold.yaml.
 *
 * @throws ToolError `no-toolchain` (exit 6)
 */
export async function findLanguage(catalog: Catalog, env: Environment): Promise<FoundLanguage> {
  const preferred = [...catalog.languages].sort(byPreference);
  const reasons: string[] = [];
  for (const template of preferred) {
    const { language, title } = template;
    const problem = await findProblem(toolsOf(template), env);
    if (problem === undefined) return { language, because: describeReasons(reasons, title) };
    reasons.push(`${title} ${problem}`);
  }
  const language = preferred[0]?.language ?? '';
  throw new ToolError({
    code: 'no-toolchain',
    exitCode: exitCodes.environment,
    message: `no language to default to: ${reasons.join('; ')}.`,
    hint: `npx meshwright doctor says how to get each, --language ${language} writes the service without proof.`,
  });
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Why a language cannot be built here; what comes with Node is here. */
async function findProblem(tools: readonly Tool[], env: Environment): Promise<string | undefined> {
  for (const tool of tools) {
    if (tool.need !== 'language' || tool.comesWithNode === true) continue;
    const { state, version } = await findTool(tool, env);
    if (state === 'old') return `is ${version}, older than ${tool.minimum}`;
    if (state !== 'good') return 'is not on PATH';
  }
  return undefined;
}

function describeReasons(reasons: readonly string[], title: string): string {
  return reasons.length === 0 ? '' : `${reasons.join('; ')}: ${title} it is (--language chooses)`;
}
