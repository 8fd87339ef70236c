import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { tools } from '../../scripts/install-tools.mjs';
import { readCheckFiles } from '../../src/io/check-files.js';
import { checkProjects } from '../../src/project/check-project.js';
import { ruleCatalog } from '../support/rule-catalog.js';

/** Findings on Istio's public samples, each with what makes it true. */
const JUSTIFIED: Readonly<Record<string, string>> = {
  'AMBIENT_SINGLE_WAYPOINT Gateway/bookinfo-details ambient-argo/application/details-waypoint.yaml':
    'information: nothing in the samples gives the waypoint a second replica',
  'AMBIENT_SINGLE_WAYPOINT Gateway/bookinfo-reviews ambient-argo/application/reviews-waypoint.yaml':
    'information: nothing in the samples gives the waypoint a second replica',
  'ANNOTATION_DEPRECATED Deployment/skywalking-ui addons/extras/skywalking.yaml':
    'sidecar.istio.io/inject is a label now',
  'GATEWAY_SKIPS_ROUTES VirtualService/bookinfo bookinfo/networking/bookinfo-gateway.yaml':
    'the gateway sends to every version, whatever virtual-service-all-v1.yaml says',
  'ENVOYFILTER_NUMBERS EnvoyFilter/filter-local-ratelimit-svc ratelimit/local-rate-limit-service.yaml':
    'limits requests by itself',
  'ENVOYFILTER_NUMBERS EnvoyFilter/filter-ratelimit bookinfo/policy/productpage_envoy_ratelimit.yaml':
    'limits requests by itself',
  'ENVOYFILTER_RELATIVE EnvoyFilter/filter-local-ratelimit-svc ratelimit/local-rate-limit-service.yaml':
    'information: INSERT_BEFORE without a priority',
  'ENVOYFILTER_RELATIVE EnvoyFilter/filter-ratelimit bookinfo/policy/productpage_envoy_ratelimit.yaml':
    'information: INSERT_BEFORE without a priority',
  'TELEMETRY_PROVIDER Telemetry/otel-demo open-telemetry/tracing/telemetry.yaml':
    'a meshConfig elsewhere in the samples has other providers',
  'FAULT_LEFT VirtualService/details bookinfo/networking/fault-injection-details-v1.yaml':
    'the sample injects faults into every request',
  'TLS_NOT_VERIFIED DestinationRule/originate-tls-for-googleapis bookinfo/networking/egress-rule-google-apis.yaml':
    'no caCertificates: which authorities are trusted depends on the version',
  'TLS_NOT_VERIFIED DestinationRule/istiod-dr multicluster/expose-istiod-https.yaml':
    'no caCertificates: which authorities are trusted depends on the version',
  'ROUTE_UNREACHABLE VirtualService/details bookinfo/networking/fault-injection-details-v1.yaml':
    'its first route takes every request, so that the second is never used',
  'PRESTOP_MISSING Deployment/prometheus addons/extras/prometheus-secure-metrics.yaml':
    'asks for a sidecar by label, has no lifecycle',
  'PRESTOP_MISSING Deployment/echo-v1 grpc-echo/grpc-echo.yaml':
    'annotates its sidecar, has no lifecycle',
  'PRESTOP_MISSING Deployment/echo-v2 grpc-echo/grpc-echo.yaml':
    'annotates its sidecar, has no lifecycle',
  'PRESTOP_MISSING Deployment/fortio-deploy httpbin/sample-client/fortio-deploy.yaml':
    'annotates its sidecar, has no lifecycle',
};

const samples = findSamples();
const note = samples === undefined ? ' (needs istioctl: node scripts/install-tools.mjs)' : '';

/** The module that istioctl was built from, in Go's cache. */
function findSamples(): string | undefined {
  try {
    const cache = execFileSync('go', ['env', 'GOMODCACHE'], { encoding: 'utf8' }).trim();
    const folder = join(cache, `istio.io/istio@${tools.istioctl[1]}`, 'samples');
    return existsSync(folder) ? folder : undefined;
  } catch {
    return undefined;
  }
}

test.skipIf(samples === undefined)(
  `Istio's samples raise no alarm that is not true${note}`,
  async () => {
    const never = new AbortController().signal;
    const { files, problems } = await readCheckFiles(samples ?? '', { signal: never });
    expect(files.size).toBeGreaterThan(100);
    const [checked] = checkProjects([{ files, catalog: ruleCatalog() }]);
    expect([...problems, ...checked!.problems]).toEqual([]);
    const found = checked!.findings.map(
      ({ code, target, locations }) => `${code} ${target} ${locations[0]?.file ?? ''}`,
    );
    expect([...new Set(found)].sort()).toEqual(Object.keys(JUSTIFIED).sort());
  },
);
