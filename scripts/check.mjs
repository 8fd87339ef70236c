/**
 * Runs everything that CI runs, and closes with one line: `N passed, N failed`.
 * With --tests-only, the tests and the build that they need; with names of test projects, only those.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';

import { root } from './bundle.mjs';

const arguments_ = process.argv.slice(2);
const testsOnly = arguments_.includes('--tests-only');
const projects = arguments_.filter((word) => !word.startsWith('--'));

const bin = (name) => join(root, 'node_modules', '.bin', name);
const checks = [
  // Without Go nothing is installed, and the tests that need a tool say that they were skipped.
  { name: 'tools', command: [process.execPath, 'scripts/install-tools.mjs'], always: true },
  { name: 'build', command: [process.execPath, 'scripts/build.mjs'], always: true },
  { name: 'types', command: [bin('tsc'), '--noEmit'] },
  { name: 'types of the page', command: [bin('tsc'), '--noEmit', '-p', 'src/browser'] },
  { name: 'lint', command: [bin('eslint'), '.', '--max-warnings', '0'] },
  { name: 'format', command: [bin('prettier'), '--check', '--log-level', 'warn', '.'] },
];

const total = { passed: 0, failed: 0, skipped: 0 };
/** How long each part took. @type {Map<string, number>} */
const minutes = new Map();
for (const { name, command, always } of checks) {
  if (testsOnly && always !== true) continue;
  const started = Date.now();
  const isGood = run(command) === 0;
  minutes.set(name, (Date.now() - started) / 60_000);
  if (isGood) total.passed += 1;
  else total.failed += 1;
  console.log(`${isGood ? '✓' : '✗'} ${name}`);
}
runTests();
const skipped = total.skipped === 0 ? '' : `, ${total.skipped} skipped`;
process.exitCode = total.failed === 0 ? 0 : 1;
const parts = [...minutes].map(([name, spent]) => `${name} ${spent.toFixed(1)}`);
console.log(`minutes: ${parts.join(', ')}`);
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);

/** @param {string[]} command */
function run([file = '', ...rest]) {
  return spawnSync(file, rest, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }).status;
}

/** Adds vitest's own counts; a file that does not load and an error between tests count as failures. */
function runTests() {
  const folder = mkdtempSync(join(tmpdir(), 'check-'));
  const report = join(folder, 'report.json');
  const chosen = projects.flatMap((name) => ['--project', name]);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const status = run([bin('vitest'), 'run', ...chosen, ...reporters]);
  const before = total.failed;
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } =
      JSON.parse(readFileSync(report, 'utf8'));
    total.passed += numPassedTests;
    total.failed += numFailedTests;
    total.skipped += numPendingTests + numTodoTests;
    countMinutes(testResults);
    for (const { status: fileStatus, assertionResults } of testResults) {
      const isCounted = assertionResults.some((result) => result.status === 'failed');
      if (fileStatus === 'failed' && !isCounted) total.failed += 1;
    }
    if (numPassedTests + numFailedTests === 0) total.failed += 1;
  } catch (error) {
    console.error(`no report of the tests: ${error}`);
  }
  if (status !== 0 && total.failed === before) total.failed += 1;
  rmSync(folder, { recursive: true, force: true });
}

/**
 * Tests by their folder, from the start of the first to the end of the last: folders of one group run at once.
 * @param {{ name: string, startTime: number, endTime: number }[]} results
 */
function countMinutes(results) {
  const folderOf = ({ name }) => relative(root, name).split(sep)[1] ?? name;
  for (const folder of new Set(results.map(folderOf))) {
    const files = results.filter((result) => folderOf(result) === folder);
    const start = Math.min(...files.map(({ startTime }) => startTime));
    const end = Math.max(...files.map(({ endTime }) => endTime));
    minutes.set(folder, (end - start) / 60_000);
  }
}
