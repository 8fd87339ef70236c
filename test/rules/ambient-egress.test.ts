import { expect, test } from 'vitest';

import { checkProjects } from '../../src/project/check-project.js';
import { ruleCatalog } from '../support/rule-catalog.js';

const SCAFFOLD = `version: 1
service: { name: orders }
capabilities: { mesh: { namespace: shop } }
upstreams:
  - { name: inventory, url: "http://inventory.stock.svc.cluster.local:8080" }
  - { name: pay, url: "http://pay.example.com" }
`;
const manifests = (labels: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  replicas: 3
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders, ${labels} } }
    spec: { containers: [{ name: app, image: "registry.example.com/app:1", ports: [{ containerPort: 8080 }] }] }
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: orders, namespace: shop }
spec:
  workloadSelector: { labels: { app: orders } }
  outboundTrafficPolicy: { mode: REGISTRY_ONLY }
  egress: [{ hosts: ["./*"] }]
`;

function codesWith(labels: string): string[] {
  const files = new Map([
    ['scaffold.yaml', SCAFFOLD],
    ['deploy/mesh.yaml', manifests(labels)],
  ]);
  const [checked] = checkProjects([{ files, catalog: ruleCatalog() }]);
  expect(checked?.problems).toEqual([]);
  const codes = checked?.findings
    .map(({ code }) => code)
    .filter((code) => /SIDECAR|SERVICEENTRY/.test(code));
  return [...new Set(codes)].sort();
}

test('a Sidecar limits pods that have a sidecar, and none of the ambient mesh', () => {
  expect(codesWith("sidecar.istio.io/inject: 'true'")).toEqual([
    'EGRESS_WITHOUT_SERVICEENTRY',
    'SIDECAR_MISSES_DEP',
  ]);
  expect(codesWith('istio.io/dataplane-mode: ambient')).toEqual(['AMBIENT_SIDECAR_OBJECT']);
});
