import { describe, expect, it } from 'vitest';

import { at, objectsOf, renderDeploy, request, type Manifest } from './support/deploy.js';

const render = (text: string): Map<string, Manifest> => objectsOf(renderDeploy(text));
/** The value at a path of the object with an id, such as `Sidecar orders`. */
const valueOf = (id: string, path: string, text: string): unknown =>
  at(objectsOf(renderDeploy(text)).get(id), path);
const rulesOf = (text: string): unknown =>
  valueOf('AuthorizationPolicy orders', 'spec.rules', text);
const storefront = (users: boolean) =>
  `, callers: [{ namespace: web, serviceAccount: storefront, users: ${users} }]`;
const issuer = 'jwt: { issuer: "https://id.example.com/", anonymousPaths: [/healthz, /open] }';

describe('who may call', () => {
  const anonymous = { to: [{ operation: { methods: ['GET'], paths: ['/healthz', '/open'] } }] };
  const caller = 'cluster.local/ns/web/sa/storefront';

  it.each([
    [
      'users',
      request({ capabilities: [issuer] }),
      [{ from: [{ source: { requestPrincipals: ['https://id.example.com//*'] } }] }, anonymous],
    ],
    [
      'a caller with users',
      request({ capabilities: [issuer], mesh: storefront(true) }),
      [
        {
          from: [
            { source: { principals: [caller], requestPrincipals: ['https://id.example.com//*'] } },
          ],
        },
        anonymous,
      ],
    ],
    [
      'a caller alone',
      request({ capabilities: [issuer], mesh: storefront(false) }),
      [{ from: [{ source: { principals: [caller] } }] }, anonymous],
    ],
    [
      'a caller, no users known',
      request({ capabilities: ['retry'], mesh: storefront(true) }),
      [{ from: [{ source: { principals: [caller] } }] }],
    ],
    [
      'the own namespace',
      request({ capabilities: ['retry'] }),
      [{ from: [{ source: { namespaces: ['shop'] } }] }],
    ],
  ])('%s', (_, text, rules) => {
    expect(rulesOf(text)).toEqual(rules);
  });

  it('is known by the trust domain', () => {
    const text = request({
      capabilities: ['retry'],
      mesh: `${storefront(false)}, trustDomain: acme.example`,
    });
    expect(at(rulesOf(text), '0.from.0.source.principals')).toEqual([
      'acme.example/ns/web/sa/storefront',
    ]);
  });

  it('is checked as the application checks it', () => {
    const text = request({ capabilities: [issuer] });
    expect(valueOf('RequestAuthentication orders', 'spec.jwtRules', text)).toEqual([
      {
        issuer: 'https://id.example.com/',
        audiences: ['orders'],
        jwksUri: 'https://issuer.invalid/.well-known/jwks.json',
        fromHeaders: [{ name: 'Authorization', prefix: 'Bearer ' }],
        forwardOriginalToken: true,
        timeout: '5s',
      },
    ]);
    expect(render(request({ capabilities: ['retry'] })).has('RequestAuthentication orders')).toBe(
      false,
    );
  });
});

describe('rollout', () => {
  it.each([
    ['enforce', 'STRICT', undefined, 'REGISTRY_ONLY'],
    ['observe', 'PERMISSIVE', { 'istio.io/dry-run': 'true' }, 'ALLOW_ANY'],
  ])('%s', (rollout, mode, annotations, outbound) => {
    const objects = render(request({ mesh: `, rollout: ${rollout}` }));
    expect(at(objects.get('PeerAuthentication orders'), 'spec.mtls.mode')).toBe(mode);
    const policy = objects.get('AuthorizationPolicy orders');
    expect(at(policy, 'metadata.annotations')).toEqual(annotations);
    const sidecar = objects.get('Sidecar orders');
    expect(at(sidecar, 'spec.outboundTrafficPolicy.mode')).toBe(outbound);
  });
});
