import { expect, test } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import { problemOf, renderText } from '../support/request.js';

const catalog = readCatalog(process.cwd());

/** What a service says of its end, with `settings` beside its name. */
function render(settings: string) {
  const tree = renderText(
    `service: { name: orders, language: go${settings} }\ncapabilities: { mesh-ready: {} }`,
    catalog,
  );
  const deployment = tree.get('deploy/base/deployment.yaml')?.text ?? '';
  return {
    code: /SERVICE_SHUTDOWN_DELAY"] = "(.*)"/.exec(
      tree.get('internal/config/defaults.go')!.text,
    )?.[1],
    pod: /SERVICE_SHUTDOWN_DELAY\n *value: "(.*)"/.exec(deployment)?.[1],
    grace: /terminationGracePeriodSeconds: (\d+)/.exec(deployment)?.[1],
  };
}

test('without a setting the code waits, and the pod does not: its preStop has', () => {
  expect(render('')).toEqual({ code: '5s', pod: '0s', grace: '30' });
});

test('a delay that is set holds in both, and the grace period counts it', () => {
  expect(render(', shutdown: { delay: 10s }')).toEqual({ code: '10s', pod: '10s', grace: '40' });
});

test.each([
  ['delay: soon', /service\.shutdown\.delay.*"soon".*from 0s to 5m/s],
  ['delay: 6m', /service\.shutdown\.delay.*"6m"/s],
  ['dealy: 5s', /dealy.*Did you mean delay/s],
])('%s is refused', (text, message) => {
  const problem = problemOf(() => render(`, shutdown: { ${text} }`));
  expect(problem.exitCode).toBe(2);
  expect(`${problem.message} ${problem.hint}`).toMatch(message);
});
