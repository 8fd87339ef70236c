/** Classes of the Gateway API that Istio's control plane makes by itself. */
const CLASSES = new Set(['istio', 'istio-remote', 'istio-waypoint', 'istio-east-west']);

/** @param controller as `controllersOf` has it: of a class, or the class's name */
export function isOwnController(controller: string): boolean {
  return controller.startsWith('istio.io/') || CLASSES.has(controller);
}

/**
 * Whether Istio acts on a route by its parents: `no` where each is a Gateway of another controller, `unknown` where
 * none is known to be its own.
 */
export function isActedOn(controllers: readonly string[]): 'yes' | 'no' | 'unknown' {
  // A route without Gateways is one of the mesh.
  if (controllers.length === 0 || controllers.some(isOwnController)) return 'yes';
  return controllers.includes('') ? 'unknown' : 'no';
}
