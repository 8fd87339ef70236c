import type { Report, Rule } from '../../../rules/rule.js';

/** Envoy's clock_skew_seconds, which Istio cannot set, ms. */
const MESH_SKEW = 60_000;

export const jwtSkew: Rule = {
  code: 'JWT_SKEW',
  severity: 'warning',
  layer: 'both',
  title: 'The two layers disagree on when a token has expired.',
  reads: ['app/authentication', 'mesh/authentication'],
  why: 'The sidecar allows 60 s of clock skew and accepts a token without exp (measured: expired 30 s ago 200, 120 s ago 401, no exp 200). Istio has no field for either.',
  fix: 'A leeway of 60s in the application, which must require exp.',
  check: ({ all }) => {
    const [app] = all('app/authentication');
    const [mesh] = all('mesh/authentication');
    if (app === undefined || mesh === undefined) return [];
    const { leeway, needsExpiry } = app.values;
    const reports: Report[] = [];
    if (leeway.value !== MESH_SKEW) {
      const [low, high] = [leeway.value, MESH_SKEW].sort((a, b) => a - b);
      const refuses =
        leeway.value < MESH_SKEW
          ? 'passes the sidecar and is refused by the application'
          : 'is refused by the sidecar, and the application would take it';
      reports.push({
        target: app.target,
        at: leeway.place,
        also: [mesh.place],
        severity: 'info',
        message: `A token that expired ${low ?? 0} to ${high ?? 0} ms ago ${refuses}: leeway ${leeway.value} ms, the sidecar's ${MESH_SKEW} ms.`,
        fix: 'A leeway of 60s.',
      });
    }
    if (needsExpiry?.value === false) {
      reports.push({
        target: app.target,
        at: needsExpiry.place,
        also: [mesh.place],
        message: 'A token without exp passes the sidecar and the application: it is good for ever.',
        fix: 'Require exp in the application.',
      });
    }
    return reports;
  },
};
