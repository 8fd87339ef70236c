import type { Repo } from '../io/repo.js';
import { readWorkingTree } from '../io/working-tree.js';
import type { Catalog } from '../model/catalog.js';
import { inputError } from '../model/errors.js';
import type { ComposedService } from '../stages/compose-service.js';

/**
 * Refuses the first code of ours in a service made by hand that could not run it, such as one in plain JavaScript:
 * it gets manifests only.
 *
 * @throws ToolError `code-does-not-fit` (exit 2)
 */
export function requireCodeFits(
  { root, lock }: Pick<Repo, 'root' | 'lock'>,
  { resolution: { request }, tree }: ComposedService,
  { languages, capabilities }: Catalog,
): void {
  const { adopted, language } = request.service;
  const template = languages.find((candidate) => candidate.language === language);
  const { adopt, title = language } = template ?? {};
  if (!adopted || adopt?.needs === undefined) return;
  const isSource = new RegExp(adopt.sources);
  const wasThere = lock.files.some(
    ({ path, ownership }) => ownership !== 'user' && isSource.test(path),
  );
  const first = [...tree.keys()].find((path) => isSource.test(path));
  if (wasThere || first === undefined) return;
  const { file, otherwise } = adopt.needs;
  if (readWorkingTree(root, [file]).has(file)) return;
  const writing = capabilities.filter(
    ({ id, needs }) => request.active.has(id) && needs.length > 0,
  );
  throw inputError(
    'code-does-not-fit',
    `${writing.map(({ id }) => id).join(', ')} would write ${title} such as ${first}, and this service is ${otherwise} (no ${file}).`,
    `Leave ${writing.length === 1 ? 'it' : 'them'} out: capabilities that write only manifests fit every service. With a ${file}, the service can take ${title}.`,
  );
}
