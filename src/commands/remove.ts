import type { Host } from '../io/host.js';
import type { Catalog } from '../model/catalog.js';
import { inputError } from '../model/errors.js';
import { didYouMean } from '../model/suggest.js';
import { quote } from '../model/text.js';
import { requestPath } from '../stages/compose-request.js';
import { removeCapabilities, removeUpstream } from '../stages/edit-request.js';
import { parseRequest } from '../stages/parse-request.js';
import { changeService, type ChangeFlags } from './change-service.js';
import type { Outcome } from './outcome.js';

/** `remove capability CAP…`. @throws ToolError exit 2 for one that is not there, or that another requires */
export async function removeCapability(
  ids: readonly string[],
  flags: ChangeFlags,
  host: Host,
): Promise<Outcome> {
  const change = {
    what: `remove capability ${ids.join(' ')}`,
    movesVersion: false,
    edit: (text: string, catalog: Catalog): string => {
      const present = Object.keys(parseRequest(text, requestPath, catalog).capabilities);
      requireUnneeded(ids, present, catalog);
      for (const id of ids) requirePresent('capability', id, present);
      return removeCapabilities(text, ids, catalog);
    },
    notes: () => [],
  };
  return await changeService(change, flags, host);
}

/** `remove upstream NAME`. @throws ToolError exit 2 for one that is not there */
export async function removeNamedUpstream(
  name: string,
  flags: ChangeFlags,
  host: Host,
): Promise<Outcome> {
  const change = {
    what: `remove upstream ${name}`,
    movesVersion: false,
    edit: (text: string, catalog: Catalog): string => {
      const { upstreams } = parseRequest(text, requestPath, catalog);
      requirePresent(
        'upstream',
        name,
        upstreams.map((upstream) => upstream.name),
      );
      return removeUpstream(text, name);
    },
    notes: () => [],
  };
  return await changeService(change, flags, host);
}

function requirePresent(kind: string, name: string, present: readonly string[]): void {
  if (present.includes(name)) return;
  throw inputError(
    `${kind}-absent`,
    `there is no ${kind} ${quote(name)} in scaffold.yaml.${didYouMean(name, present)}`,
    present.length === 0 ? `It declares none.` : `Declared: ${present.join(', ')}.`,
  );
}

function requireUnneeded(
  ids: readonly string[],
  present: readonly string[],
  { capabilities }: Catalog,
): void {
  for (const { id, requires } of capabilities) {
    const needed = requires.find((required) => ids.includes(required.id));
    if (needed === undefined || ids.includes(id) || !present.includes(id)) continue;
    throw inputError(
      'capability-required',
      `${needed.id} cannot be removed: ${id} requires it, ${needed.reason}`,
      `Remove both: npx meshwright remove capability ${needed.id} ${id}`,
    );
  }
}
