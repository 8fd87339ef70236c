import { inputError } from '../model/errors.js';
import { quote } from '../model/text.js';
import { goToolchain } from './go.js';
import { manifestsStep } from './manifests.js';
import { optionalStep } from './optional-tool.js';
import type { Step } from './step.js';
import type { Toolchain, VerifyRequest } from './toolchain.js';
import { typescriptToolchain } from './typescript.js';

/** One line a language; everything else about it is in its own file. */
const toolchains: readonly Toolchain[] = [goToolchain, typescriptToolchain];

/**
 * The steps that verify a project: its manifests, its code, and what further tools of this machine say.
 *
 * @throws ToolError exit 2 for a language that this version cannot verify
 */
export function planVerification(language: string, request: VerifyRequest): readonly Step[] {
  const toolchain = toolchains.find((known) => known.language === language);
  if (toolchain === undefined) {
    throw inputError(
      'unknown-language',
      `Projects in ${quote(language)} cannot be verified by this version.`,
      `It knows: ${toolchains.map((known) => known.language).join(', ')}.`,
    );
  }
  return [
    manifestsStep(request.root),
    ...toolchain.steps(request),
    optionalStep('istioctl', request, async () => (await import('./istioctl.js')).istioctlStep),
    optionalStep(
      'kubeconform',
      request,
      async () => (await import('./kubeconform.js')).kubeconformStep,
    ),
  ];
}
