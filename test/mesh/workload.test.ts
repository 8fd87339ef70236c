import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { queriesOf } from '../../src/meshes/istio/queries.js';
import { readProject } from '../../src/project/read-project.js';
import { compose } from '../../src/project/compose.js';
import { at, catalog, objectsOf, renderDeploy, request, type Manifest } from './support/deploy.js';

const render = (text: string): Map<string, Manifest> => objectsOf(renderDeploy(text));
/** The value at a path of the object with an id, such as `Sidecar orders`. */
const valueOf = (id: string, path: string, text: string): unknown =>
  at(objectsOf(renderDeploy(text)).get(id), path);
const ANNOTATIONS = 'spec.template.metadata.annotations';

describe('the pod', () => {
  const ofPod = (path: string, text: string): unknown =>
    valueOf('Deployment orders', `spec.template.${path}`, text);

  it('exports the statistics that queries of explain ask for', () => {
    const config = at(
      render(request()).get('Deployment orders'),
      ANNOTATIONS,
      'proxy.istio.io/config',
    );
    const suffixes = at(parse(String(config)), 'proxyStatsMatcher.inclusionSuffixes') as string[];
    const deployed = renderDeploy(request()).map(({ path, text }) => [path, text] as const);
    const files = new Map([['scaffold.yaml', request()], ...deployed]);
    const queries = compose(readProject({ files, catalog }).controls)
      .flows.flatMap((flow) => queriesOf(flow))
      .map(({ query }) => query)
      .join('\n');
    const asked = [...queries.matchAll(/envoy_cluster_(\w+)/g)].map(([, name]) => name ?? '');
    expect(asked).not.toEqual([]);
    expect(asked.filter((name) => !suffixes.some((suffix) => name.endsWith(suffix)))).toEqual([]);
  });

  it('ends within its grace period, and the proxy after it', () => {
    for (const [timeout, shutdown] of [
      ['5s', 20],
      ['40s', 45],
    ] as const) {
      const text = request({ service: `, timeout: ${timeout}` });
      expect(ofPod('spec.containers.0.lifecycle.preStop', text)).toEqual({ sleep: { seconds: 5 } });
      expect(ofPod('spec.terminationGracePeriodSeconds', text)).toBe(5 + shutdown + 5);
      const config = at(
        render(text).get('Deployment orders'),
        ANNOTATIONS,
        'proxy.istio.io/config',
      );
      expect(parse(String(config))).toMatchObject({
        drainDuration: `${Math.max(45, 5 + shutdown)}s`,
        holdApplicationUntilProxyStarts: true,
        terminationDrainDuration: `${5 + shutdown}s`,
      });
    }
  });

  it('has no replicas of its own beside an autoscaler', () => {
    const objects = render(request());
    expect(objects.get('Deployment orders')).not.toHaveProperty('spec.replicas');
    expect(at(objects.get('HorizontalPodAutoscaler orders'), 'spec')).toMatchObject({
      minReplicas: 3,
      maxReplicas: 9,
    });
    expect(at(objects.get('PodDisruptionBudget orders'), 'spec.maxUnavailable')).toBe(1);
    expect(objects.get('DestinationRule orders')).toHaveProperty(
      'spec.trafficPolicy.outlierDetection',
    );
  });

  it('is one alone without autoscaler, budget and ejection', () => {
    const objects = render(request({ mesh: ', replicas: 1' }));
    expect(objects.get('Deployment orders')).toHaveProperty('spec.replicas', 1);
    expect(objects.has('HorizontalPodAutoscaler orders')).toBe(false);
    expect(objects.has('PodDisruptionBudget orders')).toBe(false);
    expect(objects.get('DestinationRule orders')).not.toHaveProperty(
      'spec.trafficPolicy.outlierDetection',
    );
  });

  it('has all four annotations of the proxy', () => {
    const annotations = Object.keys(ofPod('metadata.annotations', request()) as object);
    expect(annotations.filter((name) => name.startsWith('sidecar.istio.io/proxy'))).toHaveLength(4);
  });

  it('is injected by its label, by the revision that is set', () => {
    const labels = {
      app: 'orders',
      'app.kubernetes.io/name': 'orders',
      'sidecar.istio.io/inject': 'true',
      version: 'v1',
    };
    expect(ofPod('metadata.labels', request())).toEqual(labels);
    expect(ofPod('metadata.labels', request({ mesh: ', revision: canary' }))).toEqual({
      ...labels,
      'istio.io/rev': 'canary',
    });
  });

  it('is asked whether it lives and whether it is ready by different questions', () => {
    const probe = (path: string) => ({ httpGet: { path, port: 'http' } });
    const container = ofPod('spec.containers.0', request());
    expect(container).toMatchObject({
      ports: [{ name: 'http', containerPort: 8080 }],
      startupProbe: probe('/healthz'),
      readinessProbe: probe('/readyz'),
      livenessProbe: probe('/healthz'),
    });
  });

  it('runs without rights', () => {
    expect(ofPod('spec', request())).toMatchObject({
      serviceAccountName: 'orders',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 65532,
        seccompProfile: { type: 'RuntimeDefault' },
      },
    });
    expect(ofPod('spec.containers.0.securityContext', request())).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
    });
  });

  it('is spread over nodes and scaled by its own container alone', () => {
    expect(ofPod('spec.topologySpreadConstraints', request())).toMatchObject([
      { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' },
    ]);
    expect(valueOf('HorizontalPodAutoscaler orders', 'spec.metrics', request())).toMatchObject([
      { type: 'ContainerResource', containerResource: { container: 'app', name: 'cpu' } },
    ]);
  });

  it('is reached by a Service that says what is spoken', () => {
    const text = request({ service: ', port: 9090' });
    expect(valueOf('Service orders', 'spec', text)).toEqual({
      selector: { 'app.kubernetes.io/name': 'orders' },
      ports: [{ name: 'http', port: 9090, targetPort: 'http', appProtocol: 'http' }],
    });
  });

  it('limits its own inbound connections, for everybody', () => {
    expect(valueOf('DestinationRule orders', 'spec', request())).toEqual({
      host: 'orders.shop.svc.cluster.local',
      exportTo: ['*'],
      trafficPolicy: {
        connectionPool: {
          http: { http1MaxPendingRequests: 1024, http2MaxRequests: 1024, idleTimeout: '60s' },
        },
        outlierDetection: {
          consecutive5xxErrors: 5,
          interval: '5s',
          baseEjectionTime: '30s',
          maxEjectionPercent: 50,
          minHealthPercent: 0,
        },
        retryBudget: { percent: 20, minRetryConcurrency: 3 },
      },
    });
  });

  it('names variables before those that refer to them', () => {
    const env = ofPod('spec.containers.0.env', request()) as { name: string; value?: string }[];
    const names = env.map(({ name }) => name);
    const references = env.flatMap(({ value = '' }, index) =>
      [...value.matchAll(/\$\(([A-Z_]+)\)/g)].map(([, name]) =>
        names.slice(0, index).includes(name!),
      ),
    );
    expect(references.length).toBeGreaterThan(3);
    expect(references).not.toContain(false);
  });
});

describe('tracing', () => {
  it('keeps what the parent decided', () => {
    expect(valueOf('Telemetry orders', 'spec', request())).toEqual({
      selector: { matchLabels: { 'app.kubernetes.io/name': 'orders' } },
      tracing: [{ randomSamplingPercentage: 100 }],
    });
  });

  it('names a provider when one is set', () => {
    const text = request({ mesh: ', tracingProvider: tempo' });
    expect(valueOf('Telemetry orders', 'spec.tracing', text)).toEqual([
      { providers: [{ name: 'tempo' }], randomSamplingPercentage: 100 },
    ]);
  });
});
