import { exitCodes, ToolError } from '../model/errors.js';
import type { Tree } from '../model/tree.js';

/**
 * Checks every rendered manifest against its schema, before any of them is written.
 *
 * @param tree as rendered, without anything that people edited
 * @throws ToolError `invalid-output` (exit 70): nothing that a template makes may be invalid
 */
export async function requireValidManifests(tree: Tree): Promise<void> {
  const { validateManifests } = await import('../meshes/validate-manifests.js');
  const files = [...tree].flatMap(([path, { text }]) =>
    /^deploy\/.*\.ya?ml$/.test(path) ? [{ path, text }] : [],
  );
  const errors = validateManifests(files).findings.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (first === undefined) return;
  throw new ToolError({
    code: 'invalid-output',
    exitCode: exitCodes.bug,
    message: `this is a bug in meshwright: it would have written an invalid manifest, ${first.path}:${first.line}: ${first.message}`,
    hint: 'Nothing was written. Please report it with your scaffold.yaml.',
  });
}
