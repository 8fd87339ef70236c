import { plural, quote } from '../model/text.js';
import { deployedFiles } from './deployed-files.js';
import { readManifests } from './manifests.js';
import type { Step, StepEnd } from './step.js';
import type { VerifyRequest } from './toolchain.js';

const MAX_SHOWN = 10;
const ADVICE = 'git sparse-checkout disable';
/** What no test and no build reads. */
const ASIDE = /^(?:\.scaffold|\.github|docs)\/|\.md$/;

/** Name of the step that says that the code is not all there. */
const checkoutStep = 'checkout';

/**
 * Steps over code of which a sparse checkout keeps a part off the disk: tests that are not there would count as
 * passed. One step says so, not verified, and the others wait for it.
 */
export function guardHidden(steps: readonly Step[], { hidden }: VerifyRequest): readonly Step[] {
  const missing = (hidden?.others ?? []).filter((path) => !ASIDE.test(path));
  if (missing.length === 0) return steps;
  const guard: Step = {
    name: checkoutStep,
    after: [],
    run: async () => await Promise.resolve(notVerified(missing)),
  };
  return [guard, ...steps.map((step) => ({ ...step, after: [checkoutStep, ...step.after] }))];
}

/**
 * The end of a step whose tool reads manifests from the disk, where some of them are not there.
 *
 * @returns undefined when all of them are
 */
export function endOfHidden({ root, hidden }: VerifyRequest): StepEnd | undefined {
  if (hidden === undefined || hidden.manifests.size === 0) return undefined;
  const files = deployedFiles(readManifests(root, hidden.manifests));
  const missing = files.filter((path) => hidden.manifests.has(path));
  return missing.length === 0 ? undefined : notVerified(missing);
}

function notVerified(missing: readonly string[]): StepEnd {
  const shown = missing.slice(0, MAX_SHOWN).map((path) => quote(path));
  const more = missing.length - shown.length;
  return {
    status: 'not-verified',
    detail: `${plural(missing.length, 'file')} not on disk, by a sparse checkout: ${ADVICE}`,
    output: [...shown, ...(more > 0 ? [`… and ${more} more`] : [])].join('\n'),
    repeat: ADVICE,
  };
}
