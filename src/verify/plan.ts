import { manifestTools } from '../meshes/needed.js';
import { exitCodes, ToolError } from '../model/errors.js';
import { quote } from '../model/text.js';
import { guardHidden } from './hidden.js';
import { loadToolchain } from './load-toolchain.js';
import { manifestsStep } from './manifests.js';
import { optionalStep } from './optional-tool.js';
import type { Step } from './step.js';
import type { Toolchain, VerifyRequest } from './toolchain.js';

/**
 * The steps that verify a project: its manifests, its code, and what further tools of this machine say.
 *
 * @throws ToolError exit 2 for a language that this version cannot verify
 */
export async function planVerification(
  language: string,
  request: VerifyRequest,
): Promise<readonly Step[]> {
  const toolchain = await toolchainOf(language);
  return [
    manifestsStep(request),
    ...guardHidden(toolchain.steps(request), request),
    ...manifestTools.map((tool) =>
      optionalStep(tool.name, request, async () =>
        (await import('./manifest-tool.js')).manifestToolStep(tool),
      ),
    ),
    optionalStep(
      'kubeconform',
      request,
      async () => (await import('./kubeconform.js')).kubeconformStep,
    ),
  ];
}

async function toolchainOf(language: string): Promise<Toolchain> {
  try {
    return await loadToolchain(language);
  } catch (cause) {
    throw new ToolError({
      code: 'unknown-language',
      exitCode: exitCodes.usage,
      message: `Projects in ${quote(language)} cannot be verified by this version.`,
      hint: 'npx meshwright doctor lists the languages that can.',
      cause,
    });
  }
}
