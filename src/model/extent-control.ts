import type { ControlOf, Place } from './control.js';

/** What of the cluster the manifests hold whole, so that what is missing there is surely not there. */
export type ExtentControl = ControlOf<
  'mesh',
  'extent',
  {
    /** Undefined is the namespace that the manifests do not name. */
    readonly namespaces: 'every' | ReadonlySet<string | undefined>;
    /** Every host outside the cluster that is called is among them too. */
    readonly hasOutside: boolean;
  }
>;

/** An object that is there more than once, by kind, namespace and name. */
export type RepeatedControl = ControlOf<
  'mesh',
  'repeated',
  {
    /** Whether the last one replaces the others, or kustomize refuses them. */
    readonly how: 'replaced' | 'refused';
    readonly others: readonly Place[];
  }
>;

/** Something in an object that the API server or the mesh refuses, or takes for something else. */
export type InvalidControl = ControlOf<
  'mesh',
  'invalid',
  { readonly message: string; readonly severity: 'error' | 'warning' }
>;
