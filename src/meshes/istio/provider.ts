import type { MeshProvider } from '../provider.js';
import { admissionOf } from './effective/admission.js';
import { endingOf } from './effective/ending.js';
import { say, words } from './effective/in-words.js';
import { isMeant } from './effective/is-meant.js';
import { furtherCalls, layerOf, saysDefaults } from './effective/layer-of.js';
import { isTokenRequired } from './effective/token-required.js';
import { queriesOf } from './queries.js';
import { running } from './running.js';

export const provider: MeshProvider = {
  id: 'istio',
  title: 'Istio',
  apiGroups: ['istio.io'],
  running,
  source: {
    id: 'istio',
    title: 'Istio',
    words,
    isMeant,
    // It acts on every call of a pod with a sidecar, with defaults where nothing is written.
    layerOf: () => undefined,
    assumedLayerOf: layerOf,
    furtherCalls,
    saysDefaults,
    requiresToken: (control, all) => isTokenRequired(control, { all }),
    ending: endingOf,
    admission: admissionOf,
    queries: queriesOf,
    say,
  },
};
