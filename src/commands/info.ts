import type { Host } from '../io/host.js';
import { exitCodes } from '../model/errors.js';
import { formatCapability } from '../report/capability-text.js';
import { describeCapability } from '../report/capability.js';
import { unknownCapability } from '../stages/resolve.js';
import type { Outcome } from './outcome.js';

/**
 * One capability: what it does in each layer, and its settings.
 *
 * @throws ToolError `unknown-capability` (exit 2)
 */
export function info(id: string, host: Host): Outcome {
  const { capabilities } = host.loadCatalog();
  const manifest = capabilities.find((candidate) => candidate.id === id);
  if (manifest === undefined) {
    throw unknownCapability(
      id,
      capabilities.map((candidate) => candidate.id),
    );
  }
  const capability = describeCapability(manifest);
  return {
    exitCode: exitCodes.clean,
    document: { capability: capability },
    text: (page) => formatCapability(capability, page),
  };
}
