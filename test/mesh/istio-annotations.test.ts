import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';
import { parse } from 'yaml';

import { annotationKinds, deprecatedAnnotations } from '../../src/meshes/istio/annotations.js';
import { findAnalysis } from '../support/istio-analyzers.js';

type Annotation = {
  readonly name: string;
  readonly deprecated?: boolean;
  readonly resources: readonly string[];
};

const analysis = findAnalysis();
const note = analysis === undefined ? ' (needs istioctl: node scripts/install-tools.mjs)' : '';

/** The list of the API that istioctl is built with. */
function readAnnotations(folder: string): readonly Annotation[] {
  const module = join(folder, '../../..');
  const version = /^\s*istio\.io\/api (\S+)$/m.exec(
    readFileSync(join(module, 'go.mod'), 'utf8'),
  )?.[1];
  const path = join(module, '..', `api@${version ?? ''}`, 'annotation/annotations.yaml');
  return (parse(readFileSync(path, 'utf8')) as { annotations: readonly Annotation[] }).annotations;
}

test.skipIf(analysis === undefined && process.env['MESHWRIGHT_CI'] === undefined)(
  `the annotations that we know are Istio's${note}`,
  () => {
    const theirs = readAnnotations(analysis ?? '');
    expect(theirs.length).toBeGreaterThan(50);
    const kinds = theirs.map(({ name, resources }) => [name, resources.join(' ')]);
    expect(annotationKinds).toEqual(Object.fromEntries(kinds));
    const gone = theirs.filter(({ deprecated }) => deprecated === true).map(({ name }) => name);
    expect([...deprecatedAnnotations].sort()).toEqual(gone.sort());
  },
);
