import type { Catalog } from '../model/catalog.js';
import { exitCodes, ToolError } from '../model/errors.js';
import { findTool, tools } from './tools.js';

/** Languages in order of preference, with the tool that each needs; null is this process. */
const preferences = [
  { language: 'go', title: 'Go', needs: 'go' },
  { language: 'typescript', title: 'TypeScript', needs: null },
] as const;

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
export async function findLanguage(
  catalog: Catalog,
  env: Readonly<Record<string, string | undefined>>,
): Promise<FoundLanguage> {
  const reasons: string[] = [];
  for (const { language, title, needs } of preferences) {
    if (!catalog.languages.some((template) => template.language === language)) continue;
    const tool = tools.find(({ name }) => name === needs);
    if (tool === undefined) return { language, because: describeReasons(reasons, title) };
    const found = await findTool(tool, env);
    if (found.state === 'good') return { language, because: '' };
    const problem =
      found.state === 'old' ? `is ${found.version}, older than ${tool.minimum}` : 'is not on PATH';
    reasons.push(`${title} ${problem}`);
  }
  throw new ToolError({
    code: 'no-toolchain',
    exitCode: exitCodes.environment,
    message: `no language to default to: ${reasons.join('; ')}.`,
    hint: 'Install Go (https://go.dev/dl), or write the service without proof: --language go',
  });
}

function describeReasons(reasons: readonly string[], title: string): string {
  return reasons.length === 0 ? '' : `${reasons.join('; ')}: ${title} it is (--language chooses)`;
}
