#!/usr/bin/env node
// kubectl as far as `check --live` needs it: serves the objects of cluster.json beside it and notes each call.
import { appendFileSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const args = process.argv.slice(2);
appendFileSync(join(folder, 'calls.log'), `${JSON.stringify(args)}\n`);
const {
  resources,
  objects,
  forbidden = [],
  config,
  error,
} = JSON.parse(readFileSync(join(folder, 'cluster.json'), 'utf8'));

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
function option(name) {
  const at = args.indexOf(name);
  return at === -1 ? undefined : args[at + 1];
}
const print = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

if (args[0] === 'config') {
  const wanted = option('--context') ?? config['current-context'];
  if (wanted === undefined) fail('error: current-context must exist in order to minify');
  const context = config.contexts.find(({ name }) => name === wanted);
  if (context === undefined) fail(`error: context "${wanted}" does not exist`);
  print({ ...config, contexts: [context] });
} else if (error !== undefined) fail(error);
else if (args[0] === 'api-resources') {
  for (const [name, version, isNamespaced, kind] of resources)
    process.stdout.write(`${name.padEnd(30)} x    ${version.padEnd(30)} ${isNamespaced} ${kind}\n`);
  process.stderr.write('error: unable to retrieve the complete list of server APIs: metrics\n');
  process.exit(1);
} else if (args[0] === 'get') {
  const [, name, ...names] = args;
  const words = names.slice(
    0,
    names.findIndex((word) => word.startsWith('-')),
  );
  const row = resources.find(([plural, version]) => {
    const group = version.includes('/') ? `.${version.split('/')[0]}` : '';
    return `${plural}${group}` === name;
  });
  if (row === undefined) fail(`error: the server doesn't have a resource type "${name}"`);
  if (forbidden.includes(name))
    fail(`Error from server (Forbidden): ${name} is forbidden: User "x" cannot list`);
  const namespace = option('--namespace');
  const found = objects.filter(
    ({ apiVersion, kind, metadata }) =>
      apiVersion === row[1] &&
      kind === row[3] &&
      (row[2] !== 'true' ||
        args.includes('--all-namespaces') ||
        metadata.namespace === (namespace ?? 'default')) &&
      (words.length === 0 || words.includes(metadata.name)),
  );
  if (args.some((word) => word.startsWith('--output=custom-columns')))
    for (const { metadata } of found)
      process.stdout.write(`${metadata.namespace}   ${metadata.name}\n`);
  else if (words.length === 1) found.forEach(print);
  else print({ apiVersion: 'v1', kind: 'List', items: found });
} else fail(`error: unknown command ${args[0]}`);
