/**
 * Speed as ratios: every number is compared with a reference measured in the same run, turn by turn,
 * so that a slow machine slows both. Medians, since a run in between may be disturbed.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { root } from './bundle.mjs';

const cli = join(root, 'dist', 'cli.js');
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
/** Set by hand where it is to be quick: `npm run bench -- 5`. */
const turns = Number(process.argv.slice(2).find((word) => /^\d+$/.test(word)) ?? 25);
let failed = 0;
let made = 0;

try {
  const nothing = ['-e', '0'];
  compare(
    '--version / node -e 0',
    1.5,
    turns,
    () => node(nothing),
    () => node([cli, '--version']),
  );
  compare(
    'new service --all --yes --no-verify / node -e 0',
    4,
    turns,
    () => node(nothing),
    () => makeService(),
  );
  if (!process.argv.includes('--quick')) {
    compareVerifyOfGo();
    compareVerifyOfTypeScript();
  }
  measureMemory();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;

/**
 * @param {string} name
 * @param {number} limit
 * @param {number} count
 * @param {() => number} reference
 * @param {() => number} subject
 */
function compare(name, limit, count, reference, subject) {
  reference();
  subject();
  const times = { reference: [], subject: [] };
  for (let turn = 0; turn < count; turn += 1) {
    times.reference.push(reference());
    times.subject.push(subject());
  }
  const ratio = median(times.subject) / median(times.reference);
  report(
    name,
    ratio,
    limit,
    `${median(times.subject).toFixed(0)} ms / ${median(times.reference).toFixed(0)} ms`,
  );
}

/** The same go commands by hand, in the order in which they share the build cache, on the same tree. */
function compareVerifyOfGo() {
  if (spawnSync('go', ['version']).status !== 0) {
    console.log('–  verify: go is not on PATH');
    return;
  }
  makeService('go');
  const cwd = join(folder, 'go');
  // Tests run each time; what is compiled stays in the cache of both.
  const env = { ...process.env, GOFLAGS: '-count=1' };
  const byHand = () => {
    run('go', ['build', './...'], cwd, env);
    run('sh', ['-c', 'go vet ./... & go test -vet=off ./... & wait'], cwd, env);
  };
  compareVerify('verify / the same go commands by hand', 1.1, { cwd, env, byHand });
}

/** The same programs by hand, side by side, on the same tree with its packages installed. */
function compareVerifyOfTypeScript() {
  makeService('typescript');
  const cwd = join(folder, 'typescript');
  const bin = join(cwd, 'node_modules', '.bin');
  const env = { ...process.env, PATH: [bin, process.env.PATH].join(delimiter), CI: 'true' };
  run('npm', ['ci', '--no-audit', '--no-fund'], cwd);
  const byHand = () => {
    run('sh', ['-c', 'tsc --noEmit & eslint . --max-warnings 0 & vitest run & wait'], cwd, env);
  };
  compareVerify('verify / tsc, eslint and vitest by hand', 1.15, { cwd, env, byHand });
}

/**
 * @param {string} name
 * @param {number} limit
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, byHand: () => void }} subject
 */
function compareVerify(name, limit, { cwd, env, byHand }) {
  const byTool = () => run(process.execPath, [cli, 'verify', '--json'], cwd, env);
  compare(
    name,
    limit,
    Math.min(turns, 5),
    () => timed(byHand),
    () => timed(byTool),
  );
}

/** Peak resident memory of the tool itself, as the system counted it. */
function measureMemory() {
  const script = join(folder, 'memory.mjs');
  const result = spawnSync(
    process.execPath,
    [
      '--import',
      `data:text/javascript,process.on('exit',()=>process.stderr.write('\\nmaxRSS '+process.resourceUsage().maxRSS))`,
      cli,
      ...['new', 'service', 'orders', '--all', '--yes', '--no-verify', '--dir', script],
    ],
    { cwd: folder, encoding: 'utf8' },
  );
  const kilobytes = Number(/maxRSS (\d+)/.exec(result.stderr)?.[1] ?? Number.NaN);
  report('peak memory of new service, MB', kilobytes / 1_024, 150, '');
}

/** @param {string} [name] its language and folder; without one, it is thrown away */
function makeService(name) {
  made += 1;
  const dir = name ?? `service-${made}`;
  const time = node([
    cli,
    'new',
    'service',
    'orders',
    '--all',
    '--yes',
    '--no-verify',
    '--dir',
    dir,
    ...(name === undefined ? [] : ['--language', name]),
  ]);
  if (name === undefined) rmSync(join(folder, dir), { recursive: true });
  return time;
}

function node(args) {
  return timed(() => run(process.execPath, args, folder));
}

function run(file, args, cwd, env = process.env) {
  const { status, stderr } = spawnSync(file, args, { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file} ${args.join(' ')}: exit ${status}\n${stderr}`);
}

function timed(action) {
  const start = performance.now();
  action();
  return performance.now() - start;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function report(name, value, limit, detail) {
  const isGood = value <= limit;
  if (!isGood) failed += 1;
  console.log(`${isGood ? '✓' : '✗'}  ${name}: ${value.toFixed(2)} (at most ${limit})  ${detail}`);
}
