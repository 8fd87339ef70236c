import type { MeshProvider } from '../provider.js';
import { admissionOf } from './effective/admission.js';
import { endingOf, hasProxy } from './effective/ending.js';
import { assumedLayerOf, furtherCalls, isMeant, layerOf } from './effective/layer-of.js';
import { say, words } from './effective/in-words.js';
import { queriesOf } from './queries.js';
import { running } from './running.js';

export const provider: MeshProvider = {
  id: 'linkerd',
  title: 'Linkerd',
  apiGroups: ['linkerd.io'],
  running,
  source: {
    id: 'linkerd',
    title: 'Linkerd',
    words,
    isMeant,
    layerOf,
    assumedLayerOf,
    furtherCalls,
    // Nothing is repeated and nothing is cut by default.
    saysDefaults: () => false,
    // It knows no tokens.
    requiresToken: () => false,
    hasProxy,
    ending: endingOf,
    admission: admissionOf,
    queries: queriesOf,
    say,
  },
};
