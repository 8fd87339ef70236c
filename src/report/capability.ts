import type { CapabilityManifest, ControlDeclaration, FileDeclaration } from '../model/manifest.js';
import type { JsonValue } from '../model/json.js';
import { compareVersions } from '../model/version.js';
import { listSettings, type SettingRow } from './setting-rows.js';

/** What `info` tells about a capability. */
export type CapabilityReport = {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly requires: CapabilityManifest['requires'];
  readonly conflicts: CapabilityManifest['conflicts'];
  readonly suggests: CapabilityManifest['suggests'];
  /** Key below an upstream that overrides the settings there; null where there is none. */
  readonly upstreamKey: string | null;
  readonly settings: readonly SettingRow[];
  readonly controls: readonly ControlDeclaration[];
  /** What template versions changed, and why; the newest first. */
  readonly changes: readonly {
    readonly version: string;
    readonly files: readonly string[];
    /** The setting whose default is another now, with its former value. */
    readonly default: { readonly setting: string; readonly was: JsonValue } | null;
    readonly why: string;
  }[];
  /** By layer (`go`, `deploy`): the files it makes, and the slots of other files it fills. */
  readonly generates: readonly {
    readonly layer: string;
    readonly files: readonly string[];
    readonly slots: readonly string[];
  }[];
};

/** Reads from a manifest what people want to know of it. */
export function describeCapability(manifest: CapabilityManifest): CapabilityReport {
  const { id, title, summary, requires, conflicts, suggests, upstreamKey, controls } = manifest;
  const layerOfFile = ({ template }: FileDeclaration) => template.split('/')[0] ?? '';
  const layers = new Set([
    ...manifest.files.map(layerOfFile),
    ...manifest.slots.map((slot) => slot.language ?? 'deploy'),
  ]);
  return {
    id,
    title,
    summary,
    requires,
    conflicts,
    suggests,
    upstreamKey: upstreamKey ?? null,
    settings: listSettings(manifest),
    controls,
    changes: [...manifest.changes]
      .sort((a, b) => compareVersions(b.version, a.version))
      .map((change) => ({ ...change, default: change.default ?? null })),
    generates: [...layers].sort().map((layer) => ({
      layer,
      files: manifest.files
        .filter((file) => layerOfFile(file) === layer)
        .map(({ path }) => nameOfPath(path)),
      slots: [
        ...new Set(
          manifest.slots
            .filter((slot) => (slot.language ?? 'deploy') === layer)
            .map(({ slot }) => slot),
        ),
      ],
    })),
  };
}

/** A path as people read it: `cmd/<service>/auth.go`. */
function nameOfPath(path: string): string {
  return path.replaceAll(/\{\{(\w+)\.name\}\}/g, '<$1>');
}
