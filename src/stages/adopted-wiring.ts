import { createTwoFilesPatch } from 'diff';

import type { Catalog } from '../model/catalog.js';
import type { Tree } from '../model/tree.js';
import { requestPath } from './compose-request.js';
import { parseRequest } from './parse-request.js';
import { renderService } from './render-service.js';
import { resolve } from './resolve.js';

/**
 * What a change asks of code that is not ours: how the template's own main, configuration and dependencies
 * would change, as unified diffs to follow by hand. Empty in a service that the tool made.
 */
export function adoptedWiring(before: string, after: string, catalog: Catalog): readonly string[] {
  const raw = parseRequest(after, requestPath, catalog);
  if (raw.service.adopted !== true) return [];
  const template = catalog.languages.find(({ language }) => language === raw.service.language);
  const generated = new Set(template?.files.flatMap((file) => (file.generated ? file.path : [])));
  const [old, next] = [renderWhole(before, catalog), renderWhole(after, catalog)];
  return [...next].flatMap(([path, file]) => {
    const from = old.get(path);
    if (from === undefined || file.ownership !== 'composed' || generated.has(path)) return [];
    if (from.text === file.text || path.startsWith('deploy/') || path.endsWith('.md')) return [];
    return [
      createTwoFilesPatch(`a/${path}`, `b/${path}`, from.text, file.text, undefined, undefined, {
        context: 3,
      }).replace(/^=+\n/, ''),
    ];
  });
}

/** The service as if the tool had made all of it. */
function renderWhole(text: string, catalog: Catalog): Tree {
  const raw = parseRequest(text, requestPath, catalog);
  const module = catalog.languages.find(
    ({ language }) => language === raw.service.language,
  )?.module;
  const isPlain = new RegExp(module?.pattern ?? '').test(raw.service.module ?? '');
  const whole = {
    ...raw,
    service: {
      ...raw.service,
      adopted: false,
      probes: undefined,
      module: isPlain ? raw.service.module : undefined,
    },
  };
  return renderService(whole, resolve(whole, catalog), catalog);
}
