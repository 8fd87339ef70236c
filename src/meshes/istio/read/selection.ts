import type { SelectionControl } from '../../../model/selection-control.js';
import {
  down,
  exists,
  labelsOf,
  locate,
  namespaceOf,
  optional,
  targetOf,
  type Cursor,
} from '../../../manifests/cursor.js';

/** Which pods an object is for; Istio has two forms of selectors. */
export function readSelection(object: Cursor): SelectionControl {
  const spec = down(object, 'spec');
  return {
    layer: 'mesh',
    kind: 'selection',
    target: targetOf(object),
    namespace: namespaceOf(object),
    place: locate(spec),
    values: {
      objectKind: object.object.kind,
      selector:
        optional(down(spec, 'selector', 'matchLabels'), labelsOf) ??
        optional(down(spec, 'workloadSelector', 'labels'), labelsOf),
      hasTargetRefs: ['targetRef', 'targetRefs'].some((key) => exists(down(spec, key))),
    },
  };
}
