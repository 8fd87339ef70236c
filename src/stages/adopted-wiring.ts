import { createTwoFilesPatch } from 'diff';

import type { Adoption } from '../model/adoption.js';
import type { Catalog } from '../model/catalog.js';
import type { Resolution } from '../model/request.js';
import type { Tree } from '../model/tree.js';
import { requestPath } from './compose-request.js';
import { moveTree } from './move-tree.js';
import { parseRequest } from './parse-request.js';
import { plan } from './plan.js';
import { render } from './render.js';
import { resolve } from './resolve.js';

/**
 * What a change asks of code that is not ours: how the template's own main and the like would change, as
 * unified diffs to follow by hand. Empty where the tool writes no code. The service is an adopted one.
 */
export function adoptedWiring(before: string, after: string, catalog: Catalog): readonly string[] {
  const [from, to] = [planShown(before, catalog), planShown(after, catalog)];
  const moved = new Set([...from.written, ...to.written]);
  const [old, next] = [renderShown(from, moved, catalog), renderShown(to, moved, catalog)];
  return [...new Set([...old.keys(), ...next.keys()])].sort().flatMap((path) => {
    const texts = [old.get(path)?.text, next.get(path)?.text] as const;
    return texts[0] === texts[1] ? [] : [patchOf(path, ...texts)];
  });
}

type Shown = {
  readonly resolution: Resolution;
  /** Paths of our code, before they move. */
  readonly written: readonly string[];
};

/** A service in which nothing of ours is called yet has nothing to wire in, whatever it declares. */
function planShown(text: string, catalog: Catalog): Shown {
  const raw = parseRequest(text, requestPath, catalog);
  const resolution = resolve(raw, catalog);
  const adopt = adoptionOf(resolution, catalog);
  if (adopt === undefined) return { resolution, written: [] };
  const isSource = new RegExp(adopt.sources);
  const written = plan(resolution, catalog).files.flatMap(({ path }) =>
    isSource.test(path) ? [path] : [],
  );
  if (written.length > 0) return { resolution, written };
  const bare = { ...raw, capabilities: {}, upstreams: [], environments: {} };
  return { resolution: resolve(bare, catalog), written };
}

/** Files of the template that show how our code is wired in, as they would refer to it where it lies. */
function renderShown({ resolution }: Shown, moved: ReadonlySet<string>, catalog: Catalog): Tree {
  const adopt = adoptionOf(resolution, catalog);
  if (adopt === undefined) return new Map();
  const { module } = resolution.request.service;
  return moveTree(render(plan(resolution, catalog, 'shown'), catalog), { adopt, module, moved });
}

function adoptionOf({ request }: Resolution, { languages }: Catalog): Adoption | undefined {
  const { adopted, language } = request.service;
  return adopted ? languages.find((template) => template.language === language)?.adopt : undefined;
}

function patchOf(path: string, from: string | undefined, to: string | undefined): string {
  const names = [
    from === undefined ? '/dev/null' : `a/${path}`,
    to === undefined ? '/dev/null' : `b/${path}`,
  ] as const;
  const options = { context: 3 };
  return createTwoFilesPatch(...names, from ?? '', to ?? '', undefined, undefined, options).replace(
    /^=+\n/,
    '',
  );
}
