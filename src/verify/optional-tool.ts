import { findExecutable } from '../io/process.js';
import { endOfHidden } from './hidden.js';
import type { Step } from './step.js';
import type { VerifyRequest } from './toolchain.js';

/**
 * A step that runs only where its tool is on PATH, and is skipped in one line where it is not: an absent
 * optional tool does not change what is proven.
 *
 * @param load the step itself, loaded only when it runs
 */
export function optionalStep(
  name: string,
  request: VerifyRequest,
  load: () => Promise<(request: VerifyRequest) => Step>,
): Step {
  return {
    name,
    after: [],
    run: async (context) => {
      if (findExecutable(name, request.env) === undefined) {
        return { status: 'skipped', detail: 'not on PATH' };
      }
      const absent = endOfHidden(request);
      if (absent !== undefined) return absent;
      const makeStep = await load();
      return await makeStep(request).run(context);
    },
  };
}
