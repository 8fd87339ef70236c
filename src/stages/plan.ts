import type { Catalog } from '../model/catalog.js';
import type { RenderContext, UpstreamValues } from '../model/context.js';
import { inputError } from '../model/errors.js';
import type {
  CapabilityManifest,
  Contribution,
  FileDeclaration,
  TemplateManifest,
} from '../model/manifest.js';
import type { Plan, PlannedContribution, PlannedFile } from '../model/plan.js';
import type { Request, Resolution } from '../model/request.js';
import { quote } from '../model/text.js';
import { holds } from './condition.js';
import { buildContext } from './context.js';
import { refuseUnserved } from './refuse-unserved.js';

/** In a service made by hand a part of the whole: what is ours, or what shows people how to wire it in. */
export type PlannedPart = 'written' | 'shown';

/**
 * Decides which files a resolved request writes and from what, without making any text.
 *
 * @throws ToolError `output-collision` (exit 2) when two declarations write one path, `transport-unserved` (exit 2)
 */
export function plan(
  resolution: Resolution,
  catalog: Catalog,
  part: PlannedPart = 'written',
): Plan {
  const { request } = resolution;
  refuseUnserved(request, catalog);
  const context = buildContext(resolution, catalog);
  const language = catalog.languages.find(
    (template) => template.language === request.service.language,
  );
  if (language === undefined) throw new Error(`no template for ${request.service.language}`);
  const chosen = catalog.capabilities
    .filter(({ id }) => request.active.has(id))
    .sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));

  const files = [
    ...planSkeleton(language, { request, context, isPart: skeletonPart(chosen, request, part) }),
    ...chosen.flatMap((manifest) =>
      planCapability(manifest, { request, context, isPart: capabilityPart(request, part) }),
    ),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
  refuseCollisions(files);
  return { files, contributions: planContributions(language, chosen, request) };
}

type IsPart = (file: FileDeclaration) => boolean;

function capabilityPart({ service }: Request, part: PlannedPart): IsPart {
  return ({ adopted = 'written' }) => !service.adopted || adopted === part;
}

/** Of the skeleton a service made by hand gets what the code of its capabilities rests on. */
function skeletonPart(
  chosen: readonly CapabilityManifest[],
  { service }: Request,
  part: PlannedPart,
): IsPart {
  const needed = new Set(chosen.flatMap(({ needs }) => needs));
  return ({ library, adopted }) => {
    if (!service.adopted) return true;
    if (library === undefined) return adopted === part;
    return needed.has(library) && (adopted ?? 'written') === part;
  };
}

type PartOf = {
  readonly request: Request;
  readonly context: RenderContext;
  readonly isPart: IsPart;
};

function planSkeleton(
  { language, files }: TemplateManifest,
  { request, context, isPart }: PartOf,
): PlannedFile[] {
  return files
    .filter((file) => isPart(file) && holds(file.when, request))
    .flatMap((file) => planFile(file, { folder: language, owner: undefined, context }));
}

function planCapability(
  { id, files }: CapabilityManifest,
  { request, context, isPart }: PartOf,
): PlannedFile[] {
  return files
    .filter(
      (file) => isPart(file) && servesLanguage(file.template, request) && holds(file.when, request),
    )
    .flatMap((file) => planFile(file, { folder: id, owner: id, context }));
}

/** Templates under `deploy/` serve every language, the others the one they stand under. */
function servesLanguage(template: string, { service: { language } }: Request): boolean {
  const [folder] = template.split('/');
  return folder === 'deploy' || folder === language;
}

function planFile(
  file: FileDeclaration,
  { folder, owner, context }: { folder: string; owner: string | undefined; context: RenderContext },
): PlannedFile[] {
  const planned = (own: RenderContext): PlannedFile => ({
    path: fillPath(file.path, own),
    template: `${folder}/${file.template}`,
    mode: file.mode,
    ownership: file.ownership,
    slots: file.slots,
    owner,
    was: file.was.map((path) => fillPath(path, own)),
    context: own,
  });
  if (file.each === undefined) return [planned(context)];
  return context.upstreams
    .filter((upstream) => file.where.every((path) => Boolean(valueAt(upstream, path))))
    .map((upstream) => planned({ ...context, upstream }));
}

/** The value of a path such as `has.retry`. */
function valueAt(upstream: UpstreamValues, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], upstream);
}

function fillPath(path: string, { service, upstream }: RenderContext): string {
  return path
    .replaceAll('{{service.name}}', service.name)
    .replaceAll('{{upstream.name}}', upstream?.name ?? '');
}

function planContributions(
  language: TemplateManifest,
  chosen: readonly CapabilityManifest[],
  request: Request,
): Map<string, PlannedContribution[]> {
  const applying: { readonly order: number; readonly planned: PlannedContribution }[] = [];
  const add = (
    contributions: readonly Contribution[],
    { folder, owner, place }: { folder: string; owner: string | undefined; place: number },
  ) => {
    contributions.forEach((contribution, index) => {
      const applies =
        (contribution.language === undefined || contribution.language === language.language) &&
        holds(contribution.when, request);
      if (!applies) return;
      const { slot, template, order = place } = contribution;
      const key = template === undefined ? `${folder}#${index}` : `${folder}/${template}`;
      applying.push({ order, planned: { slot, template: key, owner } });
    });
  };
  add(language.slots, { folder: language.language, owner: undefined, place: 0 });
  for (const { id, order, slots } of chosen) add(slots, { folder: id, owner: id, place: order });
  const bySlot = new Map<string, PlannedContribution[]>();
  for (const { planned } of applying.sort((a, b) => a.order - b.order)) {
    bySlot.set(planned.slot, [...(bySlot.get(planned.slot) ?? []), planned]);
  }
  return bySlot;
}

function refuseCollisions(files: readonly PlannedFile[]): void {
  const seen = new Map<string, PlannedFile>();
  for (const file of files) {
    const key = file.path.normalize('NFC').toLowerCase();
    const other = seen.get(key);
    if (other !== undefined) {
      throw inputError(
        'output-collision',
        `${other.owner ?? 'the template'} and ${file.owner ?? 'the template'} both write ${quote(file.path)}.`,
        'Paths must differ by more than case.',
      );
    }
    seen.set(key, file);
  }
}
