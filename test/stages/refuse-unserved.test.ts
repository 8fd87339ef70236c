import { describe, expect, test } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import type { Catalog } from '../../src/model/catalog.js';
import { refuseUnserved } from '../../src/stages/refuse-unserved.js';
import { problemOf, resolveText } from '../support/request.js';

const catalog = readCatalog(process.cwd());
/** As if Go knew nothing but HTTP, and Linkerd had no manifests for anything else. */
const early: Catalog = {
  ...catalog,
  languages: catalog.languages.map((each) =>
    each.language === 'go' ? { ...each, transports: { serves: ['http'], calls: ['http'] } } : each,
  ),
  meshes: catalog.meshes.map((each) =>
    each.id === 'linkerd' ? { ...each, transports: ['http'] } : each,
  ),
};

function problem(lines: { service?: string; rest: string }): unknown {
  const service = `name: orders, language: go, module: example.com/orders${lines.service ?? ''}`;
  const { request } = resolveText(`service: { ${service} }\n${lines.rest}`, catalog);
  return problemOf(() => {
    refuseUnserved(request, early);
  });
}

const GRPC = ', transport: grpc';

describe('a transport that no template has', () => {
  test('is refused for a service that is generated', () => {
    expect(problem({ service: GRPC, rest: 'capabilities: {}' })).toMatchObject({
      code: 'transport-unserved',
      message: 'service.transport grpc: Go services cannot be generated for "grpc" yet.',
    });
  });

  test('is refused for an upstream', () => {
    const rest = 'upstreams: [{ name: ledger, url: "grpc://ledger.shop.svc:9090" }]';
    expect(problem({ rest })).toMatchObject({
      message:
        'the upstream "ledger", grpc://ledger.shop.svc:9090: Go services cannot be generated for "grpc" yet.',
    });
  });

  test('is refused for a service made by hand where a capability writes code, and not before', () => {
    const service = `${GRPC}, adopted: true`;
    expect(() => problem({ service, rest: 'capabilities: { mesh-ready: {} }' })).toThrow(
      'nothing was thrown',
    );
    const upstream = 'upstreams: [{ name: ledger, url: "http://ledger.shop.svc" }]';
    const rest = `capabilities: { retry: {} }\n${upstream}`;
    expect(problem({ service, rest })).toMatchObject({
      message: 'service.transport grpc: the Go code of capabilities does not speak "grpc" yet.',
      hint: 'Leave out the capabilities that write code; check, explain and simulate know grpc.',
    });
  });

  test('is refused in a mesh that has no manifests for it, and says which mesh has', () => {
    const rest = 'capabilities: { mesh-ready: { provider: linkerd } }';
    expect(problem({ service: `${GRPC}, adopted: true`, rest })).toMatchObject({
      message: 'service.transport grpc: manifests for Linkerd cannot be generated for "grpc" yet.',
      hint: 'What works with it: http. Manifests for grpc are there for Istio.',
    });
  });
});
