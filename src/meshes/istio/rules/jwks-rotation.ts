import type { Rule } from '../../../rules/rule.js';

/** istiod fetches keys this often, ms (jwks_resolver.go). */
const MESH_REFRESH = 1_200_000;

export const jwksRotation: Rule = {
  code: 'JWKS_ROTATION',
  severity: 'info',
  layer: 'both',
  title: 'The application keeps keys longer than the mesh does.',
  reads: ['app/authentication', 'mesh/authentication'],
  why: 'istiod fetches keys every 20 min and pushes what changed. After a rotation each layer refuses tokens of the key that it does not have yet, or still takes a withdrawn one.',
  fix: 'Keep keys at most 20m in the application, and let old and new keys overlap for 40 min at least.',
  check: ({ all }) => {
    const [app] = all('app/authentication');
    const cacheFor = app?.values.cacheFor;
    if (app === undefined || cacheFor === undefined) return undefined;
    if (cacheFor.value <= MESH_REFRESH) return [];
    return [
      {
        target: app.target,
        at: cacheFor.place,
        message: `The application keeps keys for ${cacheFor.value} ms, istiod for ${MESH_REFRESH} ms: after a rotation they disagree for up to ${cacheFor.value - MESH_REFRESH} ms.`,
        fix: 'Keep keys for 20m, and overlap old and new keys for 40m.',
      },
    ];
  },
};
