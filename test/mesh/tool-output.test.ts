import { describe, expect, it } from 'vitest';

import { deployedFiles } from '../../src/verify/deployed-files.js';
import {
  analyzeArgs,
  judgeAnalysis,
  readAnalysis,
  validateArgs,
  type AnalysisMessage,
} from '../../src/meshes/istio/istioctl.js';
import { judgeConformance, kubeconformArgs } from '../../src/verify/kubeconform.js';

/** As istioctl of Istio 1.31 prints it. */
const message: AnalysisMessage = {
  code: 'IST0106',
  level: 'Error',
  message: 'Schema validation error: duration must be greater than 1ms',
  origin: 'VirtualService shop/orders-to-inventory',
  reference: 'deploy/mesh/orders-to-inventory.yaml:1',
};

describe('istioctl', () => {
  it('is given files by name and no cluster', () => {
    expect(validateArgs(['a.yaml', 'b.yaml'])).toEqual([
      'validate',
      '-f',
      'a.yaml',
      '-f',
      'b.yaml',
    ]);
    expect(analyzeArgs(['a.yaml'])).toEqual([
      'analyze',
      '-A',
      '--use-kube=false',
      '-o',
      'json',
      'a.yaml',
    ]);
  });

  it('is read as a list of messages, or not at all', () => {
    expect(readAnalysis('[]')).toEqual([]);
    expect(readAnalysis(JSON.stringify([message]))).toEqual([message]);
    expect(readAnalysis('Error: unknown flag')).toBeUndefined();
    expect(readAnalysis('{}')).toBeUndefined();
  });

  it('fails the step with an error and not with a warning', () => {
    expect(judgeAnalysis([], 12)).toEqual({ status: 'passed', detail: '12 files' });
    expect(judgeAnalysis([{ ...message, level: 'Warning' }], 12)).toEqual({
      status: 'passed',
      detail: '12 files, 1 further message',
    });
    expect(judgeAnalysis([message], 12)).toEqual({
      status: 'failed',
      detail: '1 error',
      output:
        'deploy/mesh/orders-to-inventory.yaml:1 Error [IST0106] (VirtualService shop/orders-to-inventory) Schema validation error: duration must be greater than 1ms',
    });
  });
});

describe('kubeconform', () => {
  it('reads the schemas of this tool', () => {
    expect(kubeconformArgs('/pkg/schemas', ['a.yaml']).slice(-2)).toEqual([
      '/pkg/schemas/{{.ResourceKind}}{{.KindSuffix}}.json',
      'a.yaml',
    ]);
  });

  it('fails the step with what is invalid', () => {
    const resource = { filename: 'a.yaml', kind: 'Service', name: 'orders', msg: 'no' };
    const report = (status: string) =>
      JSON.stringify({ resources: [{ ...resource, status }], summary: { valid: 3 } });
    expect(judgeConformance('{"resources":null,"summary":{"valid":4}}')).toEqual({
      status: 'passed',
      detail: '4 valid',
    });
    expect(judgeConformance(report('statusSkipped'))).toEqual({
      status: 'passed',
      detail: '3 valid',
    });
    for (const status of ['statusInvalid', 'statusError']) {
      expect(judgeConformance(report(status))).toEqual({
        status: 'failed',
        detail: '1 invalid',
        output: 'a.yaml: Service orders: no',
      });
    }
    expect(judgeConformance('panic')).toBeUndefined();
  });
});

it('both get whole objects of one deployment alone', () => {
  const object = (kind: string) => `apiVersion: v1\nkind: ${kind}\nmetadata: { name: a }\n`;
  const files = [
    {
      path: 'deploy/base/kustomization.yaml',
      text: 'kind: Kustomization\nresources: [service.yaml]',
    },
    { path: 'deploy/base/service.yaml', text: object('Service') },
    {
      path: 'deploy/extra/kustomization.yaml',
      text: 'kind: Kustomization\npatches: [{ path: patch.yaml }]',
    },
    { path: 'deploy/extra/patch.yaml', text: object('Service') },
    { path: 'deploy/overlays/staging/other.yaml', text: object('Service') },
  ];
  expect(deployedFiles(files)).toEqual(['deploy/base/service.yaml']);
});
