import { printYaml } from '../manifests/print-yaml.js';

import { surveyTexts } from '../io/survey.js';
import type { Catalog } from '../model/catalog.js';
import { ToolError } from '../model/errors.js';
import type { Lock } from '../model/lock.js';
import type { Resolution } from '../model/request.js';
import { requestPath } from '../stages/compose-request.js';
import { describeArrivals } from '../stages/describe-arrivals.js';
import { describeOldModule, findOldModule } from '../stages/find-old-module.js';
import { parseRequest } from '../stages/parse-request.js';
import { resolve } from '../stages/resolve.js';
import type { PreparedUpdate } from './apply-request.js';

/** What people must know of the way from the scaffold.yaml that was applied last to the new one. */
export async function transitionNotes(
  update: PreparedUpdate,
  catalog: Catalog,
): Promise<readonly string[]> {
  const { repo, service } = update;
  const before = resolveApplied(repo.lock, catalog);
  return [
    ...describeArrivals(before, service.resolution, catalog),
    ...(await moduleNotes(update, before?.request.service.module)),
  ];
}

/** @returns undefined where this version does not understand what was applied */
function resolveApplied({ request }: Lock, catalog: Catalog): Resolution | undefined {
  try {
    return resolve(parseRequest(printYaml(request), requestPath, catalog), catalog);
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}

/** Files of people's own that import a module by the name it had. */
async function moduleNotes(
  { repo, changes, service }: PreparedUpdate,
  was: string | undefined,
): Promise<readonly string[]> {
  const now = service.resolution.request.service.module;
  if (was === undefined || was === now) return [];
  const texts = new Map(await surveyTexts(repo.git, repo.hidden));
  for (const change of changes) {
    if (change.kind === 'write') texts.set(change.path, String(change.content));
    else texts.delete(change.path);
  }
  texts.delete(requestPath);
  return describeOldModule(findOldModule(texts, { was, now }), { was, now });
}
