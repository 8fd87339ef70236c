import { describe, expect, test } from 'vitest';

import { compose } from '../../src/flow/composition.js';
import type { MeshLayer } from '../../src/flow/flow.js';
import type { MeshSource } from '../../src/flow/mesh-source.js';
import type { Control } from '../../src/model/controls.js';
import type { Value } from '../../src/model/control.js';
import type { Rule } from '../../src/rules/rule.js';
import { runRulesAlone } from '../../src/rules/run-rules.js';
import { compose as composeAll } from '../../src/project/compose.js';

const place = { file: 'scaffold.yaml', line: 1, column: 1 };
const declared = <T>(value: T): Value<T> => ({ value, basis: 'declared', place });

/** A service that says its mesh, or none. */
function identity(mesh: string): Control {
  const values = {
    mesh,
    namespace: declared('shop'),
    trustDomain: declared('cluster.local'),
    replicas: declared(3),
    callers: [],
    observed: false,
  };
  return { layer: 'app', kind: 'meshIdentity', target: 'orders', namespace: 'shop', place, values };
}

function rule(mesh?: string): Rule {
  return {
    code: 'PROBE',
    severity: 'error',
    layer: 'mesh',
    ...(mesh !== undefined && { mesh }),
    title: 'A probe.',
    reads: [],
    why: 'It always reports.',
    fix: 'None.',
    check: () => [{ target: 'orders', at: place, message: 'here', fix: 'none' }],
  };
}

describe('a rule', () => {
  test.each([
    ['of the mesh of the service', 'one', 'one', true],
    ['of another mesh', 'two', 'one', false],
    ['of every mesh', undefined, 'one', true],
    ['of a mesh, where the service says none', 'two', '', true],
  ])('%s', (_, of, own, applies) => {
    const run = runRulesAlone(composeAll([identity(own)]), [rule(of)]);
    expect(run.findings.map(({ code }) => code)).toEqual(applies ? ['PROBE'] : []);
    expect(run.notApplicable).toEqual(applies ? [] : ['PROBE']);
  });

  test('applies to manifests without a service', () => {
    expect(runRulesAlone(composeAll([]), [rule('two')]).findings).toHaveLength(1);
  });
});

describe('defaults where nothing is written', () => {
  const call: Control = {
    layer: 'app',
    kind: 'call',
    target: 'inventory',
    namespace: 'shop',
    place,
    values: {
      url: declared('http://inventory.shop.svc.cluster.local'),
      host: 'inventory.shop.svc.cluster.local',
      port: 80,
      scheme: 'http',
      external: false,
      timeout: declared(2_000),
      replicas: declared(3),
      stream: false,
      owner: declared('consumer'),
    },
  };
  const [known] = composeAll([call]).flows;
  const mesh = (id: string): MeshSource => ({
    id,
    title: id,
    words: known?.mesh.words as MeshSource['words'],
    layerOf: () => undefined,
    assumedLayerOf: () => known as MeshLayer,
    furtherCalls: () => [],
    saysDefaults: () => false,
    requiresToken: () => false,
    queries: () => [],
    say: {
      fields: () => ({ timeout: '', perTryTimeout: '' }),
      withoutRetries: () => ({ fix: '', edits: [] }),
      retries: () => '',
    },
  });

  test.each([
    ['two', 'two'],
    ['one', 'one'],
    ['', 'one'],
  ])('of a service for "%s" are those of %s', (own, expected) => {
    const meshes = [mesh('one'), mesh('two')];
    const { flows } = compose([identity(own), call], { meshes });
    expect(flows.map((flow) => flow.mesh.id)).toEqual([expected]);
  });
});
