import { describe, expect, test } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import { renderText } from '../support/request.js';

/** Names of tests, by the reason why no other language has them. */
type Alone = Readonly<Record<string, readonly string[]>>;

type Language = {
  readonly module: string;
  /** How files with tests end. */
  readonly suffix: string;
  /** Finds the tests at the top level: cases of a table have no counterpart by name. */
  readonly names: RegExp;
  readonly alone: Alone;
};

const ofGoAlone: Alone = {
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
  'what undici, jose and Node do elsewhere': [
    'TestALostConnectionIsTold',
    'TestPoolKeepsConnectionsShorterThanServers',
    'TestIgnoreProxies',
    'TestRepeatsAResetOfAStream',
    'TestRequestThatEndsWaitsNoLonger',
    'TestSendOnceLeavesTheCallerItsErrors',
  ],
  'what has another name, for its parts are cut differently': [
    'TestBaseURL',
    'TestClientFails',
    'TestInventoryUpstream',
    'TestLogLineOfAGroupNamesItsTrace',
    'TestOpenBreakerIsUnavailable',
    'TestStartNamesTheVariable',
    'TestUpstreamFailures',
    'TestUpstreamItem',
  ],
};

const ofTypeScriptAlone: Alone = {
  'the state machine of the breaker: elsewhere a library has it': [
    'a call from before a change of state has no say after it',
    'a caller that hangs up neither closes nor blocks a half open breaker',
    'a success does not open it',
    'counts a call no longer than the window',
    'every half open time needs all its probes',
    'forgets what was before it closed',
    'one good probe does not close it',
  ],
  'a deadline with its signal: elsewhere it is a context': [
    'a cancelled deadline aborts at once',
    'a request ends at its deadline',
    'a request has a deadline until it is answered',
    'a request lasts as long as its caller waits',
    'does not pause for a caller that left meanwhile',
    'leaves nothing behind',
    'transport gives up with the caller',
  ],
  'what is thrown, and what fastify refuses by itself': [
    'a failure gets an answer',
    'a refusal of fastify with %i is told',
    'a request that took too long is told so',
    'an error is described',
    'client keeps an error that says enough',
    'inventory routes leave other failures to the service',
    'the log tells what failed and where',
    'throws the last error',
  ],
  'what fastify, pino and undici must be told: elsewhere it is so by itself': [
    'a duration of %s',
    'a port in use ends the service',
    'a request that is never finished ends its connection',
    'a service that was told to stop before it listened stops',
    'a variable without value and default is empty',
    'durations with more behind them are none',
    'a log line names time, level and error as other services do',
    'requests do not carry the name of a logger of their own',
    'routes are named without the conditions of their parameters',
    'routes of every kind know their methods',
    'transport reads no answer without end',
    'transport sends what it is given',
    'unknown route has no name',
    'variables that are not used are logged',
  ],
  'what has another name, for its parts are cut differently': [
    'a service that drains is alive and not ready',
    'client metrics',
    'client tells what went wrong',
    'every part is wired',
    'inventory client keeps its timeout',
    'inventory client tells what went wrong',
    'inventory routes are wired',
    'inventory upstream ranges',
    'jwt refusals say what is missing',
    'logs are exported with their trace',
    'refusals are explained in the log',
    'refusals are explained to the caller',
    'requests are served without telemetry',
    'runtime metrics',
    'telemetry stays off when a variable is wrong',
    'the routes of the service have a deadline, the probes have none',
  ],
};

/**
 * What a capability promises is the same in every language, and the tests that prove it have the same names:
 * `TestRepeatsOnlyWhatIsSafe` is `repeats only what is safe`. How services behave from outside,
 * test/conformance compares.
 */
const languages: Readonly<Record<string, Language>> = {
  go: {
    module: 'example.com/orders',
    suffix: '_test.go',
    names: /^func (Test\w+)\(/gm,
    alone: ofGoAlone,
  },
  typescript: {
    module: 'orders',
    suffix: '.test.ts',
    names: /^(?:test|describe|\]).*?\('([^']+)'/gm,
    alone: ofTypeScriptAlone,
  },
};

const catalog = readCatalog(process.cwd());

/** A service with each capability, and one upstream: its files as paths with their texts. */
function filesOf(language: string): (readonly [path: string, text: string])[] {
  const { module } = languages[language]!;
  const request = [
    `service: { name: orders, language: ${language}, module: ${module} }`,
    `capabilities: { ${catalog.capabilities.map(({ id }) => `${id}: {}`).join(', ')} }`,
    'upstreams: [{ name: inventory, url: "http://inventory.invalid" }]',
  ];
  return [...renderText(request.join('\n'), catalog)].map(([path, { text }]) => [path, text]);
}

function testsOf(language: string): string[] {
  const { suffix, names } = languages[language]!;
  return filesOf(language)
    .filter(([path]) => path.endsWith(suffix))
    .flatMap(([, text]) => [...text.matchAll(names)].map(([, name = '']) => name));
}

/** The lines of the manifests, as `<file>: <line>`. */
function manifestsOf(language: string): ReadonlySet<string> {
  const manifests = filesOf(language).filter(([path]) => path.startsWith('deploy/'));
  return new Set(
    manifests.flatMap(([path, text]) => text.split('\n').map((line) => `${path}: ${line.trim()}`)),
  );
}

function normalize(name: string): string {
  return name
    .replace(/^Test(?=[A-Z])| of %s$/g, '')
    .replace(/[^A-Za-z0-9]/g, '')
    .toLowerCase();
}

const tests = new Map(Object.keys(languages).map((language) => [language, testsOf(language)]));

test('every language is compared', () => {
  expect(Object.keys(languages)).toEqual(catalog.languages.map(({ language }) => language).sort());
});

describe.each([...tests.keys()])('what %s proves', (language) => {
  const own = tests.get(language)!;

  test('is a lot', () => {
    expect(own.length).toBeGreaterThan(100);
  });

  test.each([...tests.keys()].filter((other) => other !== language))('%s proves too', (other) => {
    const proven = new Set(tests.get(other)!.map(normalize));
    const missing = own.filter((name) => !proven.has(normalize(name)));
    const expected = Object.values(languages[language]!.alone).flat();
    expect([...new Set(missing)].sort()).toEqual(expected.sort());
  });
});

test('manifests are the same but for the memory of the runtime', () => {
  const [go, typeScript] = [manifestsOf('go'), manifestsOf('typescript')];
  const deployment = 'deploy/base/deployment.yaml:';
  expect([...go].filter((line) => !typeScript.has(line))).toEqual([
    `${deployment} # The collector then works harder near the limit instead of being killed at it.`,
    `${deployment} - name: GOMEMLIMIT`,
    `${deployment} resourceFieldRef:`,
    `${deployment} resource: limits.memory`,
    `${deployment} memory: 128Mi`,
    `${deployment} memory: 256Mi`,
  ]);
  expect([...typeScript].filter((line) => !go.has(line))).toEqual([
    `${deployment} memory: 192Mi`,
    `${deployment} memory: 384Mi`,
  ]);
});
