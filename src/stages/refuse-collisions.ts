import type { Catalog } from '../model/catalog.js';
import { inputError } from '../model/errors.js';
import type { CapabilityManifest } from '../model/manifest.js';
import type { Setting } from '../model/setting.js';
import { camelCase, constantCase, pascalCase } from '../model/names.js';
import { quote } from '../model/text.js';

/**
 * Refuses upstreams of which generated code or the environment could not tell two apart: `a-1` and `a1`
 * become one identifier, and so do the constructor of `foo-client` and the type of `new-foo`. What counts is
 * what any capability would make of a name, so that adding one later cannot break a service.
 *
 * @throws ToolError `name-collision` (exit 2), with both names
 */
export function refuseCollisions(
  names: readonly string[],
  language: string | undefined,
  catalog: Catalog,
): void {
  if (names.length < 2) return;
  const scopes = [
    ['{pascal}'],
    variablesOfUpstream(catalog),
    ...(language === undefined ? [] : (catalog.identifiers[language] ?? [])),
  ];
  for (const forms of scopes) refuseInScope(names, forms);
}

function refuseInScope(names: readonly string[], forms: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const name of names) {
    for (const identifier of new Set(forms.map((form) => fillForm(form, name)))) {
      const other = seen.get(identifier);
      if (other !== undefined && other !== name) {
        throw inputError(
          'name-collision',
          `the upstreams ${quote(other)} and ${quote(name)} become the same identifier, ${identifier}.`,
          'Rename one of them.',
        );
      }
      if (other === name) {
        throw inputError(
          'name-collision',
          `the upstream ${quote(name)} is declared twice.`,
          'Remove one of them.',
        );
      }
      seen.set(identifier, name);
    }
  }
}

function fillForm(form: string, name: string): string {
  return form
    .replaceAll('{pascal}', pascalCase(name))
    .replaceAll('{camel}', camelCase(name))
    .replaceAll('{constant}', constantCase(name));
}

/** Names of the variables that an upstream may have, whichever capabilities are there. */
function variablesOfUpstream({ capabilities }: Catalog): string[] {
  const settings = capabilities.flatMap((manifest) =>
    manifest.upstreamKey === undefined ? [] : variablesOf(manifest, manifest.settings, []),
  );
  return ['URL', 'TIMEOUT', ...settings].map((name) => `UPSTREAM_{constant}_${name}`);
}

function variablesOf(
  manifest: CapabilityManifest,
  settings: Readonly<Record<string, Setting>>,
  keys: readonly string[],
): string[] {
  return Object.entries(settings).flatMap(([key, setting]) => {
    if (setting.type === 'object') return variablesOf(manifest, setting.settings, [...keys, key]);
    if (setting.env === false) return [];
    return [setting.env ?? [manifest.id, ...keys, key].map(constantCase).join('_')];
  });
}
