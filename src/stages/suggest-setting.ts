import type { Catalog } from '../model/catalog.js';
import type { Setting } from '../model/setting.js';
import { serviceKeys } from './service-settings.js';

/** More would be a list, which `info` shows better. */
const MAX_SHOWN = 3;

/**
 * The settings that a person means who leaves out where they are: ` Did you mean --set service.port=9000?`, the
 * tail of a message. Nothing where there is no such setting.
 *
 * @param name dotted, as it was written
 * @param value as it was written; absent where there was none
 */
export function suggestSettings(name: string, value: string | undefined, catalog: Catalog): string {
  const found = allSettings(catalog).filter((path) => path === name || path.endsWith(`.${name}`));
  if (name === '' || found.length === 0 || found.length > MAX_SHOWN) return '';
  const typed = found.map((path) => `--set ${path}=${value ?? 'VALUE'}`);
  return ` Did you mean ${typed.join(', or ')}?`;
}

function allSettings({ capabilities }: Catalog): string[] {
  return [
    ...serviceKeys.map((key) => `service.${key}`),
    ...capabilities.flatMap(({ id, settings }) => leavesOf(settings, id)),
  ];
}

function leavesOf(settings: Readonly<Record<string, Setting>>, above: string): string[] {
  return Object.entries(settings).flatMap(([key, setting]) => {
    const path = `${above}.${key}`;
    return setting.type === 'object' ? leavesOf(setting.settings, path) : [path];
  });
}
