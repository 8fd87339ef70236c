import type { KindFacts } from './kind-facts.js';
import type { CapabilityManifest, TemplateManifest } from './manifest.js';
import type { MeshEmitter } from './mesh-emitter.js';
import type { RecordedLists } from './recorded.js';

/** A compiled template: values in, text out. Slots are called through `options.partials`. */
export type TemplateFunction = (
  context: unknown,
  options: {
    readonly partials: Readonly<Record<string, TemplateFunction>>;
    /** Values that `@root` leads to, when they are not the context itself. */
    readonly data?: { readonly root: unknown };
  },
) => string;

/**
 * Everything that capability and template folders hold, ready to render.
 * Template keys: `<language>/<path>` for a skeleton's, `<capability>/<path>` for a capability's file
 * templates and `<capability>#<index>` for its inline slot texts (`<language>#<index>` for a skeleton's).
 */
export type Catalog = {
  /** Version of this package, which is the template version too. */
  readonly version: string;
  readonly capabilities: readonly CapabilityManifest[];
  readonly languages: readonly TemplateManifest[];
  readonly templates: ReadonlyMap<string, TemplateFunction>;
  /** By language: lines of dependency files recorded from the language's own tool. */
  readonly recorded: Readonly<Record<string, RecordedLists>>;
  /**
   * By language: what templates make of an upstream's name where files see each other's names, one list for
   * each such place. `{pascal}`, `{camel}` and `{constant}` stand for the name.
   */
  readonly identifiers: Readonly<Record<string, readonly (readonly string[])[]>>;
  /** What is known of kinds of Kubernetes objects. */
  readonly kinds: readonly KindFacts[];
  /** Meshes that services can be generated for. */
  readonly meshes: readonly MeshEmitter[];
};
