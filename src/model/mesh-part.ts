import { z } from 'zod';

import { contribution, file, type CapabilityManifest } from './manifest.js';
import { settingSchema, type Setting } from './setting.js';

/** `capabilities/<id>/deploy/<mesh>/files.yaml`: what a capability has for one mesh. */
export const meshPartSchema = z.strictObject({
  /** Settings that only this mesh knows; in a service for another one they are refused. */
  settings: z.record(z.string(), settingSchema).default({}),
  /** Templates are paths from the folder of the mesh. */
  files: z.array(file).default([]),
  slots: z.array(contribution).default([]),
});
export type MeshPart = z.infer<typeof meshPartSchema>;

/** The whole manifest: what holds for every mesh first, then meshes by name. */
export function withMeshParts(
  manifest: CapabilityManifest,
  parts: ReadonlyMap<string, MeshPart>,
): CapabilityManifest {
  const all = [...parts];
  return {
    ...manifest,
    settings: Object.fromEntries([
      ...Object.entries(manifest.settings),
      ...all.flatMap(([mesh, { settings }]) => ofMesh(settings, mesh)),
    ]),
    files: [
      ...manifest.files,
      ...all.flatMap(([mesh, { files }]) =>
        files.map((entry) => ({
          ...entry,
          template: `deploy/${mesh}/${entry.template}`,
          when: { ...entry.when, mesh },
        })),
      ),
    ],
    slots: [
      ...manifest.slots,
      ...all.flatMap(([mesh, { slots }]) =>
        slots.map(({ template, ...entry }) => ({
          ...entry,
          when: { ...entry.when, mesh },
          ...(template !== undefined && { template: `deploy/${mesh}/${template}` }),
        })),
      ),
    ],
  };
}

function ofMesh(settings: MeshPart['settings'], mesh: string): (readonly [string, Setting])[] {
  return Object.entries(settings).map(([key, setting]) => [
    key,
    setting.type === 'object'
      ? setting
      : { ...setting, doc: `${setting.doc} Only for ${mesh}.`, mesh },
  ]);
}

/** A setting that is there twice: for all meshes and for one, or for two; undefined where none is. */
export function repeatedSetting(
  { settings }: CapabilityManifest,
  parts: ReadonlyMap<string, MeshPart>,
): string | undefined {
  const keys = [
    ...Object.keys(settings),
    ...[...parts.values()].flatMap((part) => Object.keys(part.settings)),
  ];
  return keys.find((key, index) => keys.indexOf(key) !== index);
}

/** What of the rest of a manifest belongs into the folder of a mesh; undefined where nothing does. */
export function misplacedMeshPart(
  { files, slots }: CapabilityManifest,
  meshes: readonly string[],
): { readonly mesh: string; readonly what: string } | undefined {
  const ofTemplate = (template = '') =>
    meshes.find((name) => template.startsWith(`deploy/${name}/`));
  const [misplaced] = [
    ...files.map(({ path, template, when }) => ({
      mesh: when.mesh ?? ofTemplate(template),
      what: path,
    })),
    ...slots.map(({ slot, template, when }) => ({
      mesh: when.mesh ?? ofTemplate(template),
      what: `the slot ${slot}`,
    })),
  ].flatMap(({ mesh, what }) => (mesh === undefined ? [] : [{ mesh, what }]));
  return misplaced;
}

/** A manifest as it was read, in which a setting of the type `mesh` offers the meshes that there are. */
export function offerMeshes(document: unknown, meshes: readonly string[]): unknown {
  if (!isMap(document) || !isMap(document['settings'])) return document;
  const settings = Object.entries(document['settings']).map(([key, setting]) => [
    key,
    isMap(setting) && setting['type'] === 'mesh'
      ? { ...setting, type: 'enum', values: meshes }
      : setting,
  ]);
  return { ...document, settings: Object.fromEntries(settings) as unknown };
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
