import type { ManifestRun, ManifestTool } from '../model/mesh-needs.js';
import { deployedFiles } from './deployed-files.js';
import { readManifests } from './manifests.js';
import { endOf, type Step, type StepCommand, type StepContext, type StepEnd } from './step.js';
import type { VerifyRequest } from './toolchain.js';

const TIMEOUT_MS = 60_000;

/** What a mesh's own tool says of the manifests, where it is on PATH. */
export function manifestToolStep(tool: ManifestTool): (request: VerifyRequest) => Step {
  return ({ root, env }) => ({
    name: tool.name,
    after: [],
    run: async (context) => {
      const files = deployedFiles(readManifests(root));
      if (files.length === 0) return { status: 'skipped', detail: 'none under deploy/' };
      let end: StepEnd = { status: 'skipped', detail: 'nothing to run' };
      for (const run of tool.runs) {
        const command = { file: tool.name, args: run.args(files), cwd: root, env, variables: [] };
        end = await ask(run, { command, files }, context);
        if (end.status !== 'passed') return end;
      }
      return end;
    },
  });
}

type Asked = { readonly command: StepCommand; readonly files: readonly string[] };

async function ask(
  { judge, repeat }: ManifestRun,
  { command, files }: Asked,
  { processes, signal }: StepContext,
): Promise<StepEnd> {
  const lines: string[] = [];
  const onLine = (line: string): void => void lines.push(line);
  const result = await processes.run(command, { timeoutMs: TIMEOUT_MS, signal, onLine });
  if (result.end.kind === 'not-started') return { status: 'skipped', detail: 'not on PATH' };
  const failed = endOf(result, { command, timeoutMs: TIMEOUT_MS });
  if (judge === undefined) return failed ?? { status: 'passed', detail: count(files.length) };
  const end = judge(lines.join('\n'), files.length);
  if (end === undefined) {
    return failed ?? { status: 'failed', detail: 'no result', output: result.output };
  }
  const args = repeat?.(files) ?? command.args;
  return end.status === 'failed' ? { ...end, repeat: [command.file, ...args].join(' ') } : end;
}

function count(files: number): string {
  return `${files} file${files === 1 ? '' : 's'}`;
}
