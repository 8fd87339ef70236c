/**
 * Reads the events of `go test -json` (see `go doc test2json`) line by line and keeps what a person needs:
 * how many tests passed, and what the failed ones printed.
 */

type Event = {
  readonly Action?: string;
  readonly Package?: string;
  readonly ImportPath?: string;
  readonly Test?: string;
  readonly Output?: string;
  readonly FailedBuild?: string;
};

export type GoTestReport = {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What failed tests and packages printed, and lines that were no events. */
  readonly output: string;
};

export type GoTestReader = {
  readonly line: (text: string) => void;
  readonly report: () => GoTestReport;
};

/** Longest output that is kept of one test. */
const MAX_OUTPUT = 64 * 1_024;

/** @param onPackage called with the import path when a package starts */
export function createGoTestReader(onPackage: (path: string) => void): GoTestReader {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const printed = new Map<string, string>();
  const failures: string[] = [];

  /** Output of a test goes with the test when it passes, so only what is running is held. */
  function keep(key: string, text: string): void {
    const old = printed.get(key) ?? '';
    if (old.length < MAX_OUTPUT) printed.set(key, old + text);
  }

  function take(key: string): string {
    const text = printed.get(key) ?? '';
    printed.delete(key);
    return text;
  }

  function endTest(event: Event, key: string): void {
    if (event.Action === 'pass') counts.passed += 1;
    if (event.Action === 'skip') counts.skipped += 1;
    if (event.Action === 'fail') counts.failed += 1;
    const text = take(key);
    if (event.Action === 'fail') failures.push(text);
  }

  /** A package that fails takes the output of tests that did not come to their end with it. */
  function endPackage(event: Event, name: string): void {
    const keys = [...printed.keys()].filter((key) => key.startsWith(`${name}\0`));
    const texts = keys.map(take);
    if (event.Action !== 'fail') return;
    if (event.FailedBuild !== undefined) failures.push(take(event.FailedBuild));
    failures.push(...texts);
  }

  function read(event: Event): void {
    const name = event.Package ?? '';
    const key = `${name}\0${event.Test ?? ''}`;
    switch (event.Action) {
      case 'start':
        onPackage(name);
        return;
      case 'output':
        keep(key, event.Output ?? '');
        return;
      case 'build-output':
        keep(event.ImportPath ?? '', event.Output ?? '');
        return;
      case 'pass':
      case 'skip':
      case 'fail':
        if (event.Test === undefined) endPackage(event, name);
        else endTest(event, key);
        return;
      default: // run, pause, cont, bench, attr: nothing to keep
    }
  }

  return {
    line: (text) => {
      const event = parseEvent(text);
      if (event === undefined) failures.push(`${text}\n`);
      else read(event);
    },
    report: () => ({ ...counts, output: failures.join('') }),
  };
}

function parseEvent(text: string): Event | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    // Written by the go command for a reader like this one; every field is optional here.
    return JSON.parse(text) as Event;
  } catch {
    return undefined;
  }
}
