import { expect, test } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import { renderText } from '../support/request.js';

/**
 * What a capability promises is the same in every language, and the tests that prove it have the same names:
 * `TestRepeatsOnlyWhatIsSafe` is `repeats only what is safe`. Tests of Go alone stand here, with the reason;
 * further ones of other languages are welcome. How services behave from outside, test/conformance compares.
 */
const ofGoAlone: Readonly<Record<string, readonly string[]>> = {
  'what is closed by hand: bodies and contexts': [
    'TestClientClosesTheAnswer',
    'TestFailsWhenTheBodyCannotBeReadAgain',
    'TestLeavesTheRequestAlone',
    'TestLimitTryDropsALateAnswer',
    'TestLimitTryFreesTheContext',
    'TestRefusalClosesTheBody',
    'TestRepeatsWithoutBody',
  ],
  'panics, and writers that wrap each other': [
    'TestRecoverAnswersAPanic',
    'TestRecoverBreaksAnAnswerThatHasBegun',
    'TestRecoverLeavesTheWriterReachable',
    'TestRecoverPassesAnAbortOn',
    'TestRequestsHaveADeadlineAndPanicsAnAnswer',
    'TestWrite',
  ],
  'what fastify does elsewhere: it wires, starts and stops the parts': [
    'TestMain',
    'TestMiddlewareWrapsRoutesInOrder',
    'TestPartsBeforeAFailedOneStop',
    'TestRequestInFlightFinishes',
    'TestRouteOfAnyMethod',
    'TestRunRefusesABadSetting',
    'TestRunStopsWhenServingFails',
    'TestShutdownWaitsForRequests',
    'TestStopGoesOnAfterAFailure',
  ],
  'what undici and jose do elsewhere': [
    'TestPoolKeepsConnectionsShorterThanServers',
    'TestPoolReusesConnections',
    'TestRequestThatEndsWaitsNoLonger',
  ],
  'what has another name, for its parts are cut differently': [
    'TestBaseURL',
    'TestClientFails',
    'TestIgnoresAnUnusableRetryAfter',
    'TestInventoryUpstream',
    'TestLogLineOfAGroupNamesItsTrace',
    'TestOpenBreakerIsUnavailable',
    'TestStartNamesTheVariable',
    'TestUpstreamFailures',
    'TestUpstreamItem',
  ],
};

const catalog = readCatalog(process.cwd());

/** Each capability, and one upstream. */
function testsOf(language: string, module: string, suffix: string): string {
  const request = [
    `service: { name: orders, language: ${language}, module: ${module} }`,
    `capabilities: { ${catalog.capabilities.map(({ id }) => `${id}: {}`).join(', ')} }`,
    'upstreams: [{ name: inventory, url: "http://inventory.invalid" }]',
  ];
  return [...renderText(request.join('\n'), catalog)]
    .filter(([path]) => path.endsWith(suffix))
    .map(([, { text }]) => text)
    .join('\n');
}

function normalize(name: string): string {
  return name
    .replace(/^Test(?=[A-Z])| of %s$/g, '')
    .replace(/[^A-Za-z0-9]/g, '')
    .toLowerCase();
}

const go = [...testsOf('go', 'example.com/orders', '_test.go').matchAll(/^func (Test\w+)\(/gm)]
  .map(([, name = '']) => name)
  .sort();

/** At the top level: cases of a table have no counterpart by name. */
const typeScript = [
  ...testsOf('typescript', 'orders', '.test.ts').matchAll(/^(?:test|describe|\]).*?\('([^']+)'/gm),
].map(([, name = '']) => name);

test('what Go proves, TypeScript proves', () => {
  const proven = new Set(typeScript.map(normalize));
  const missing = go.filter((name) => !proven.has(normalize(name)));
  expect(missing).toEqual(Object.values(ofGoAlone).flat().sort());
});

test('both have tests to compare', () => {
  expect(go.length).toBeGreaterThan(80);
  expect(typeScript.length).toBeGreaterThan(100);
});
