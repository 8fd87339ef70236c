import type { Catalog } from '../model/catalog.js';
import { inputError } from '../model/errors.js';
import type { TemplateManifest } from '../model/manifest.js';
import type { Request, Upstream } from '../model/request.js';
import { quote } from '../model/text.js';
import { usualTransport } from '../transports/transports.js';
import { meshOf } from './mesh-intent.js';

type Role = keyof TemplateManifest['transports'];

/**
 * Templates of a language serve, and call by, the transports that they list. Of a service made by hand only what
 * capabilities write matters.
 *
 * @throws ToolError `transport-unserved` (exit 2)
 */
export function refuseUnserved(request: Request, catalog: Catalog): void {
  const { language, transport, adopted } = request.service;
  const template = catalog.languages.find((candidate) => candidate.language === language);
  refuseInMesh(request, catalog);
  if (template === undefined || (adopted && !writesCode(request, catalog))) return;
  const judge = (role: Role, id: string, what: string) => {
    if (template.transports[role].includes(id)) return;
    throw inputError(
      'transport-unserved',
      adopted
        ? `${what}: the ${template.title} code of capabilities does not speak ${quote(id)} yet.`
        : `${what}: ${template.title} services cannot be generated for ${quote(id)} yet.`,
      suggest(role, id, { catalog, template, adopted }),
    );
  };
  judge('serves', transport, `service.transport ${transport}`);
  for (const { name, url, transport: called } of request.upstreams)
    judge('calls', called, `the upstream ${quote(name)}, ${url}`);
}

/** Manifests for a transport are the mesh's to have. */
function refuseInMesh(request: Request, { meshes }: Catalog): void {
  const mesh = meshOf(request, { meshes });
  if (mesh === undefined) return;
  const { transports: known = [usualTransport.id] } = mesh;
  const used = [
    { id: request.service.transport, what: `service.transport ${request.service.transport}` },
    ...request.upstreams.filter(hasRoutes).map(({ name, url, transport }) => ({
      id: transport,
      what: `the upstream ${quote(name)}, ${url}`,
    })),
  ];
  const unknown = used.find(({ id }) => !known.includes(id));
  if (unknown === undefined) return;
  const others = meshes.filter(({ transports = [] }) => transports.includes(unknown.id));
  throw inputError(
    'transport-unserved',
    `${unknown.what}: manifests for ${mesh.title} cannot be generated for ${quote(unknown.id)} yet.`,
    `What works with it: ${known.join(' and ')}. Manifests for ${unknown.id} are there for ${others.map(({ title }) => title).join(' and ')}.`,
  );
}

/** Of what the process encrypts, or another service routes, nothing is in the manifests. */
function hasRoutes({ owner, address }: Upstream): boolean {
  return owner === 'consumer' && !address.isOpaque;
}

/** True when a capability has code in the language of the service. */
function writesCode({ active, service: { language } }: Request, catalog: Catalog): boolean {
  return catalog.capabilities.some(
    ({ id, files }) =>
      active.has(id) && files.some(({ template }) => template.startsWith(`${language}/`)),
  );
}

type Suggestion = {
  readonly catalog: Catalog;
  readonly template: TemplateManifest;
  readonly adopted: boolean;
};

function suggest(role: Role, id: string, { catalog, template, adopted }: Suggestion): string {
  const works = template.transports[role].join(' and ');
  const others = catalog.languages
    .filter(({ transports }) => transports[role].includes(id))
    .map(({ language }) => `--language ${language}`);
  if (adopted)
    return `Leave out the capabilities that write code; check, explain and simulate know ${id}.`;
  const instead = `What works: ${works}${others.length === 0 ? '' : `, or ${others.join(' or ')}`}.`;
  return `${instead} In a service that init adopts, check, explain and simulate know ${id}.`;
}
