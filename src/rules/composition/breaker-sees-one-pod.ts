import { cite, type Rule } from '../rule.js';

export const breakerSeesOnePod: Rule = {
  code: 'BREAKER_SEES_ONE_POD',
  severity: 'warning',
  layer: 'both',
  title: 'One bad replica opens the breaker of the whole upstream before it is ejected.',
  reads: ['app/circuitBreaker', 'app/call'],
  why: 'The breaker sees the upstream as one; of N replicas a bad one fails 1/N of the calls. Ejection needs some errors in a row of that replica, E of them take about E · N calls, and it must come first.',
  fix: 'A failure ratio of at least 2/N, and a minimum of at least E · N requests, where E errors in a row eject.',
  check: ({ flows }) =>
    flows.flatMap(({ name, breaker, policy, replicas }) => {
      if (breaker === undefined || replicas === undefined || replicas.value < 2) return [];
      const { failureRatio, minimumRequests } = breaker.values;
      const errors = policy?.values.outlier?.consecutive5xxErrors;
      const needed = (errors?.value ?? 0) * replicas.value;
      const share = 1 / replicas.value;
      const reports = [];
      if (failureRatio.value <= share) {
        reports.push({
          target: name,
          at: failureRatio.place,
          also: [replicas.place],
          message: `The breaker of ${name} opens at ${percent(failureRatio.value)} failures, and one bad replica of ${replicas.value} alone makes ${percent(share)}.`,
          fix: `A failure ratio of ${Math.min(0.9, Math.ceil(200 * share) / 100)} or more.`,
        });
      }
      if (errors !== undefined && minimumRequests.value < needed) {
        reports.push({
          target: name,
          at: minimumRequests.place,
          also: [errors.place],
          message: `The breaker of ${name} decides after ${minimumRequests.value} calls; ejecting one of ${replicas.value} replicas takes about ${needed} (${errors.value} errors in a row, ${cite(errors.place)}).`,
          fix: `A minimum of ${needed} requests.`,
        });
      }
      return reports;
    }),
};

function percent(ratio: number): string {
  return `${Math.round(ratio * 100)} %`;
}
