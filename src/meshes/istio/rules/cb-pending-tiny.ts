import { setValue, type Rule } from '../../../rules/rule.js';

/** Fewer than this and a burst of a handful is shed. */
const TINY = 10;
const USUAL = 1_024;

export const cbPendingTiny: Rule = {
  code: 'CB_PENDING_TINY',
  severity: 'info',
  layer: 'mesh',
  title: 'The queue of the connection pool is so short that a small burst is refused.',
  reads: ['mesh/trafficPolicy'],
  why: "maxConnections: 1 with http1MaxPendingRequests: 1 is the example of Istio's circuit-breaking task, made to trip: 5 of 8 requests at once fail (measured).",
  fix: 'http1MaxPendingRequests of at least the burst that one pod may send.',
  check: ({ all }) =>
    all('mesh/trafficPolicy').flatMap(({ target, values: { pool } }) => {
      const pending = pool?.http1MaxPendingRequests;
      if (pending?.basis !== 'written' || pending.value >= TINY || pending.value < 1) return [];
      return [
        {
          target,
          at: pending.place,
          message: `http1MaxPendingRequests ${pending.value}: of requests that one pod sends at once, what finds no connection and no place in that queue is answered 503.`,
          fix: `http1MaxPendingRequests: ${USUAL}`,
          edits: setValue(pending, USUAL),
        },
      ];
    }),
};
