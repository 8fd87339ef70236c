/**
 * Imports that still run against the layers of eslint-layers.mjs, as `from -> to` below src/. The list may only
 * get shorter; test/contracts/layers.test.ts compares it with the imports that there are.
 */
export const debt = [
  'meshes/istio/istioctl.ts -> verify/deployed-files.ts',
  'meshes/istio/istioctl.ts -> verify/manifests.ts',
  'meshes/istio/istioctl.ts -> verify/step.ts',
  'meshes/istio/istioctl.ts -> verify/toolchain.ts',
  'model/controls.ts -> flow/app-control.ts',
];
