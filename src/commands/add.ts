import type { Host } from '../io/host.js';
import type { Catalog } from '../model/catalog.js';
import { inputError } from '../model/errors.js';
import type { CapabilityManifest } from '../model/manifest.js';
import { addCapabilities, addUpstream } from '../stages/edit-request.js';
import { parseAssignment, type Assignment } from '../stages/parse-assignment.js';
import { calledMethods } from '../stages/sample-methods.js';
import { unknownCapability } from '../stages/resolve.js';
import { parseRequest } from '../stages/parse-request.js';
import { requestPath } from '../stages/compose-request.js';
import type { PreparedUpdate } from './apply-request.js';
import { changeService, type ChangeFlags } from './change-service.js';
import type { Outcome } from './outcome.js';
import { parseUpstream } from './upstream-argument.js';

/** `add capability CAP…`. @throws ToolError exit 2 for a capability that is unknown or there already */
export async function addCapability(
  ids: readonly string[],
  flags: ChangeFlags & { readonly set: readonly string[] },
  host: Host,
): Promise<Outcome> {
  const change = {
    what: `add capability ${ids.join(' ')}`,
    movesVersion: false,
    edit: (text: string, catalog: Catalog): string => {
      requireNew(ids, text, catalog);
      const assignments = flags.set.map((assignment) => parseAssignment(assignment, catalog));
      requireAdded(assignments, ids);
      return addCapabilities(text, ids, {
        assignments: [...cautiousValues(ids, catalog), ...assignments],
        catalog,
      });
    },
    notes: (update: PreparedUpdate, catalog: Catalog) => notesOf(ids, update, catalog),
  };
  return await changeService(change, flags, host);
}

/** `add upstream NAME=URL`. @throws ToolError exit 2 for a bad name or URL */
export async function addNamedUpstream(
  argument: string,
  flags: ChangeFlags,
  host: Host,
): Promise<Outcome> {
  const upstream = parseUpstream(argument, 'add upstream');
  const change = {
    what: `add upstream ${upstream.name}`,
    movesVersion: false,
    edit: (text: string, catalog: Catalog) => {
      const { service } = parseRequest(text, requestPath, catalog);
      // Code made by hand calls by a contract of its own.
      const methods =
        service.adopted === true
          ? []
          : calledMethods(upstream.url, service.language ?? '', catalog);
      return addUpstream(text, upstream, methods);
    },
    notes: (update: PreparedUpdate) => callerNotes(update, upstream.name),
  };
  return await changeService(change, flags, host);
}

function requireNew(ids: readonly string[], text: string, catalog: Catalog): void {
  const known = catalog.capabilities.map(({ id }) => id);
  const present = Object.keys(parseRequest(text, requestPath, catalog).capabilities);
  for (const id of ids) {
    if (!known.includes(id)) throw unknownCapability(id, known);
    if (!present.includes(id)) continue;
    throw inputError(
      'capability-present',
      `the capability ${id} is there already.`,
      'Change its settings in scaffold.yaml, then run npx meshwright update.',
    );
  }
}

function requireAdded(assignments: readonly Assignment[], ids: readonly string[]): void {
  const other = assignments.find(({ section }) => !ids.includes(section));
  if (other === undefined) return;
  throw inputError(
    'invalid-setting',
    `--set ${other.section}.${other.path.join('.')} is about something that is not being added.`,
    'Edit scaffold.yaml, then run npx meshwright update.',
  );
}

/** Values that a running service needs at first, such as a policy that is only tried. */
function cautiousValues(ids: readonly string[], catalog: Catalog): Assignment[] {
  return manifestsOf(ids, catalog).flatMap(({ id, settings }) =>
    Object.entries(settings).flatMap(([key, setting]) =>
      setting.type === 'object' || setting.onAdd === undefined
        ? []
        : [{ section: id, path: [key], value: setting.onAdd.value }],
    ),
  );
}

function manifestsOf(ids: readonly string[], catalog: Catalog): readonly CapabilityManifest[] {
  return catalog.capabilities.filter(({ id }) => ids.includes(id));
}

function notesOf(ids: readonly string[], update: PreparedUpdate, catalog: Catalog): string[] {
  const { added, placeholders, idle, suggestions } = update.service.resolution;
  const own = placeholders.filter((path) => ids.some((id) => path.startsWith(`${id}.`)));
  const cautions = manifestsOf(ids, catalog).flatMap(({ settings }) =>
    Object.values(settings).flatMap((setting) =>
      setting.type === 'object' || setting.onAdd === undefined ? [] : [setting.onAdd.note],
    ),
  );
  return [
    ...added.map(({ id, because }) => `${id} comes along: ${because}`),
    ...cautions,
    ...(own.length === 0 ? [] : [`To set in scaffold.yaml before you deploy: ${own.join(', ')}.`]),
    ...idle
      .filter((id) => ids.includes(id))
      .map((id) => `${id} generates nothing until an upstream is declared.`),
    ...suggestions.map(({ id, because }) => `${id} would go well with it: ${because}.`),
  ];
}

/** What the other side must declare so that its policy lets this service in. */
function callerNotes({ service }: PreparedUpdate, name: string): string[] {
  const { request } = service.resolution;
  const upstream = request.upstreams.find((candidate) => candidate.name === name);
  const namespace = [...request.capabilities.values()]
    .map((settings) => settings['namespace'])
    .find((value) => typeof value === 'string');
  if (upstream === undefined || upstream.address.external || namespace === undefined) return [];
  return [
    `If ${name} limits its callers, its scaffold.yaml needs this one:`,
    `  callers: [{ namespace: ${namespace}, serviceAccount: ${request.service.name} }]`,
  ];
}
