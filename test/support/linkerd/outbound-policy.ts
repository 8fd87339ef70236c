import { routesFor, type ServiceCall } from '../../../src/meshes/linkerd/effective/routes-for.js';
import {
  readCallAnnotations,
  retriesOf,
  type Accrual,
  type RetryPolicy,
} from '../../../src/meshes/linkerd/read/annotations.js';
import { matchesOf } from '../../../src/meshes/linkerd/read/match.js';
import {
  policyOfRule,
  policyOfService,
  type CallPolicy,
} from '../../../src/meshes/linkerd/read/route-policy.js';
import { rulesOf, type WrittenRoute } from '../../../src/meshes/linkerd/written/routes.js';
import { down, exists, itemsOf, number, text, type Cursor } from '../../../src/manifests/cursor.js';
import type { World } from '../../../src/manifests/kind.js';

/** A message in the JSON form of protobuf. */
type Message = Record<string, unknown>;

/** What Linkerd's controller sends beside what is written (policy-controller/grpc/src/outbound). */
const BODY = 65_536;
const BACKOFF = { minBackoff: '0.025s', maxBackoff: '0.250s', jitterRatio: 1 };
const QUEUE = { capacity: 100, failfastTimeout: '3s' };
const DETECT = '10s';

/**
 * What the proxies of callers get for calls to a Service: `OutboundPolicy` of linkerd2-proxy-api. Endpoints are left
 * out, as no manifest has them; a ServiceProfile is sent in another message.
 */
export function outboundPolicy(call: ServiceCall, world: World): Message {
  const { service, port, sent, profile } = routesFor(call, world);
  const policy = policyOfService(service);
  const accrual =
    service === undefined ? undefined : accrualOf(readCallAnnotations(service).accrual);
  const withAccrual = { ...(accrual !== undefined && { failureAccrual: accrual }) };
  const metadata = {
    resource: {
      group: 'core',
      kind: 'Service',
      name: service?.object.name ?? '',
      namespace: service?.object.namespace ?? '',
      port: port?.number ?? call.port ?? 0,
    },
  };
  const opaque = { routes: [{ metadata: { default: 'opaque' }, rules: [{}] }] };
  if (port?.carries === 'opaque') return { protocol: { opaque }, metadata };
  const grpc = sent.filter(({ kind }) => kind === 'GRPCRoute');
  if (profile === undefined && grpc.length > 0) {
    const routes = grpc.map((route) => routeOf(route, service));
    return { protocol: { grpc: { routes, ...withAccrual } }, metadata };
  }
  const written = profile === undefined ? sent : [];
  const routes =
    written.length > 0
      ? written.map((route) => routeOf(route, service))
      : [
          {
            metadata: { default: 'http' },
            rules: [{ matches: [{ path: { prefix: '/' } }], ...callOf(policy, 'HTTPRoute') }],
          },
        ];
  const http = { routes, ...withAccrual };
  switch (port?.carries) {
    case 'http':
      return { protocol: { http1: http }, metadata };
    case 'h2c':
      return { protocol: { http2: http }, metadata };
    default:
      return {
        protocol: { detect: { timeout: DETECT, opaque, http1: http, http2: http } },
        metadata,
      };
  }
}

function routeOf({ object, kind }: WrittenRoute, service: Cursor | undefined): Message {
  return {
    metadata: {
      resource: {
        group: 'gateway.networking.k8s.io',
        kind,
        name: object.object.name,
        namespace: object.object.namespace,
      },
    },
    rules: rulesOf({ object }).map((rule) => ({
      matches: matchesOf(rule).map((match) =>
        kind === 'GRPCRoute' ? grpcMatch(match) : httpMatch(match),
      ),
      backends: { randomAvailable: { backends: backendsOf(rule, object.object.namespace) } },
      ...callOf(policyOfRule({ object, rule }, service), kind),
    })),
  };
}

function backendsOf(rule: Cursor, namespace: string): Message[] {
  return itemsOf(down(rule, 'backendRefs')).map((backend) => ({
    weight: number(down(backend, 'weight'), 1).value,
    backend: {
      backend: {
        metadata: {
          resource: {
            group: 'core',
            kind: 'Service',
            name: text(down(backend, 'name')).value,
            namespace: text(down(backend, 'namespace'), namespace).value,
            port: number(down(backend, 'port'), 0).value,
          },
        },
        queue: QUEUE,
      },
    },
  }));
}

function httpMatch(match: Cursor): Message {
  const method = text(down(match, 'method')).value;
  return {
    path: pathOf(match),
    ...headersOf(match),
    ...(method !== '' && { method: { registered: method } }),
  };
}

function pathOf(match: Cursor): Message {
  const value = text(down(match, 'path', 'value'), '/').value;
  switch (text(down(match, 'path', 'type'), 'PathPrefix').value) {
    case 'Exact':
      return { exact: value };
    case 'RegularExpression':
      return { regex: value };
    default:
      return { prefix: value };
  }
}

function grpcMatch(match: Cursor): Message {
  const method = down(match, 'method');
  return {
    ...(exists(method) && {
      rpc: {
        service: text(down(method, 'service')).value,
        method: text(down(method, 'method')).value,
      },
    }),
    ...headersOf(match),
  };
}

function headersOf(match: Cursor): Message {
  const headers = itemsOf(down(match, 'headers')).map((header) => {
    const value = text(down(header, 'value')).value;
    const isRegex = text(down(header, 'type'), 'Exact').value === 'RegularExpression';
    return {
      name: text(down(header, 'name')).value.toLowerCase(),
      ...(isRegex ? { regex: value } : { exact: Buffer.from(value).toString('base64') }),
    };
  });
  return headers.length === 0 ? {} : { headers };
}

function callOf({ retry, timeouts }: CallPolicy, kind: WrittenRoute['kind']): Message {
  const set = Object.entries(timeouts).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, lengthOf(value.value)] as const],
  );
  const conditions = retry === undefined ? undefined : conditionsOf(retry, kind);
  return {
    ...(set.length > 0 && { timeouts: Object.fromEntries(set) }),
    ...(retry !== undefined && {
      retry: {
        maxRetries: retriesOf(retry),
        maxRequestBytes: BODY,
        ...(conditions !== undefined && { conditions }),
        ...(retry.timeout !== undefined && { timeout: lengthOf(retry.timeout.value) }),
        backoff: BACKOFF,
      },
    }),
  };
}

/** Each kind of route reads only its own conditions. */
function conditionsOf(
  { statuses, grpc }: RetryPolicy,
  kind: WrittenRoute['kind'],
): Message | undefined {
  if (kind === 'HTTPRoute')
    return (
      statuses && { statusRanges: statuses.value.map(({ from, to }) => ({ start: from, end: to })) }
    );
  // The API itself spells it so.
  const names: Record<string, string> = {
    'deadline-exceeded': 'deadineExceeded',
    'resource-exhausted': 'resourceExhausted',
  };
  return grpc && Object.fromEntries(grpc.value.map((word) => [names[word] ?? word, true]));
}

function accrualOf(accrual: Accrual | undefined): Message | undefined {
  if (accrual?.mode.value !== 'consecutive') return undefined;
  return {
    consecutiveFailures: {
      maxFailures: accrual.maxFailures.value,
      backoff: {
        minBackoff: lengthOf(accrual.minPenalty.value),
        maxBackoff: lengthOf(accrual.maxPenalty.value),
        jitterRatio: accrual.jitter.value,
      },
    },
  };
}

function lengthOf(ms: number): string {
  return ms % 1_000 === 0 ? `${ms / 1_000}s` : `${(ms / 1_000).toFixed(3)}s`;
}
