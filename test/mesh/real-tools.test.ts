import { dirname, join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { deployedFiles } from '../../src/verify/deployed-files.js';
import {
  analyzeArgs,
  judgeAnalysis,
  readAnalysis,
  validateArgs,
} from '../../src/meshes/istio/istioctl.js';
import { judgeConformance, kubeconformArgs } from '../../src/verify/kubeconform.js';
import type { DeployFile } from '../../src/stages/overlay.js';
import { inventory, renderDeploy, request, root, writeFiles } from './support/deploy.js';
import { needing, runTool } from './support/tools.js';

/** Every kind of output that the templates have. */
const requests: Readonly<Record<string, string>> = {
  'as it comes': request(),
  'no upstream': request({ upstreams: [] }),
  'one replica, no users': request({ capabilities: ['retry'], mesh: ', replicas: 1' }),
  'only tried': request({ mesh: ', rollout: observe, tracingProvider: tempo, revision: canary' }),
  'every kind of upstream': request({
    mesh: ', callers: [{ namespace: web, serviceAccount: storefront, users: true }, { namespace: batch, serviceAccount: nightly }], egress: [{ host: api.example.com, port: 443 }, { host: pay.example.com, port: 8443 }, { host: db.example.com, port: 5432, protocol: tcp }]',
    upstreams: [
      inventory,
      '{ name: old, url: "http://old.example.com" }',
      '{ name: pay, url: "https://pay.example.com" }',
      '{ name: vault, url: "https://vault.shop.svc.cluster.local" }',
      '{ name: feed, url: "http://feed.news.svc.cluster.local:9000", stream: true, retry: false, replicas: 1 }',
      '{ name: rates, url: "http://rates.news.svc.cluster.local:9000", mesh: { owner: provider } }',
    ],
  }),
};
const tools = needing('istioctl', 'kustomize', 'kubeconform');

describe.skipIf(tools.skip)(`Istio and Kubernetes tools${tools.note}`, () => {
  describe.each(Object.entries(requests))('%s', (_, text) => {
    const files = renderDeploy(text);
    const folder = writeFiles(files);
    const named = deployedFiles(files);

    it('builds', async () => {
      for (const { path } of files.filter(({ path }) => path.endsWith('/kustomization.yaml'))) {
        const { code, stderr } = await runTool('kustomize', ['build', dirname(path)], folder);
        expect([code, stderr]).toEqual([0, '']);
      }
    });

    it('passes istioctl validate', async () => {
      const { code, stderr } = await runTool('istioctl', validateArgs(named), folder);
      expect([code, stderr.split('\n').filter((line) => !line.endsWith('is valid'))]).toEqual([
        0,
        [''],
      ]);
    });

    it('passes istioctl analyze without a message', async () => {
      const { stdout } = await runTool('istioctl', analyzeArgs(named), folder);
      expect(readAnalysis(stdout)).toEqual([]);
      expect(judgeAnalysis([], named.length).status).toBe('passed');
    });

    it('passes kubeconform', async () => {
      const args = kubeconformArgs(
        join(root, 'schemas'),
        files.map(({ path }) => path),
      );
      const { stdout } = await runTool('kubeconform', args, folder);
      expect(judgeConformance(stdout)?.status).toBe('passed');
    });
  });

  it('two services of one namespace, of which one calls the other and both a third, keep their policies', async () => {
    const orders = renderDeploy(
      request({
        upstreams: [
          inventory,
          '{ name: billing, url: "http://billing.shop.svc.cluster.local:8080" }',
        ],
      }),
    );
    const billing = renderDeploy(request({ name: 'billing' }));
    const stock = renderDeploy(request({ name: 'inventory', upstreams: [] }));
    const files = Object.entries({ orders, billing, stock }).flatMap(([service, own]) =>
      own.map((file): DeployFile => ({ ...file, path: `${service}/${file.path}` })),
    );
    const folder = writeFiles(files);
    const named = deployedFiles(files).filter((path) => !path.endsWith('kustomization.yaml'));
    const { stdout } = await runTool('istioctl', analyzeArgs(named), folder);
    expect(readAnalysis(stdout)).toEqual([]);
  });
});
