import type { Value } from '../../../model/control.js';
import type {
  AuthorizationControl,
  AuthorizationRule,
  MeshAuthenticationControl,
  MtlsControl,
} from '../../../model/mesh-control.js';
import {
  down,
  eachText,
  entriesOf,
  exists,
  flag,
  itemsOf,
  labelsOf,
  locate,
  namespaceOf,
  optional,
  targetOf,
  text,
  texts,
  type Cursor,
} from '../../../manifests/cursor.js';

const selectorOf = (spec: Cursor) => optional(down(spec, 'selector', 'matchLabels'), labelsOf);

const hasTargetRefs = (spec: Cursor) =>
  exists(down(spec, 'targetRefs')) || exists(down(spec, 'targetRef'));

/** A PeerAuthentication; one that does not say takes the mode of its namespace, or of the mesh. */
export function readPeerAuthentication(object: Cursor): MtlsControl {
  const spec = down(object, 'spec');
  const ports = entriesOf(down(spec, 'portLevelMtls')).map(([port, level]) => [
    port,
    text(down(level, 'mode'), 'UNSET').value,
  ]);
  return {
    layer: 'mesh',
    kind: 'mtls',
    target: targetOf(object),
    namespace: namespaceOf(object),
    place: locate(spec),
    values: {
      selector: selectorOf(spec),
      mode: text(down(spec, 'mtls', 'mode'), 'UNSET'),
      ports: Object.fromEntries(ports) as Record<string, string>,
    },
  };
}

/** One control a rule of a RequestAuthentication. */
export function readRequestAuthentication(object: Cursor): MeshAuthenticationControl[] {
  const spec = down(object, 'spec');
  return itemsOf(down(spec, 'jwtRules')).map((rule) => {
    const fromHeaders = down(rule, 'fromHeaders');
    return {
      layer: 'mesh',
      kind: 'authentication',
      target: targetOf(object),
      namespace: namespaceOf(object),
      place: locate(rule),
      values: {
        selector: selectorOf(spec),
        hasTargetRefs: hasTargetRefs(spec),
        issuer: text(down(rule, 'issuer')),
        audiences: texts(down(rule, 'audiences')),
        jwksUri: text(down(rule, 'jwksUri')),
        hasInlineKeys: exists(down(rule, 'jwks')),
        fromHeaders: {
          value: exists(fromHeaders),
          basis: exists(fromHeaders) ? 'written' : 'default',
          place: locate(fromHeaders),
        },
        fromOther: exists(down(rule, 'fromParams')) || exists(down(rule, 'fromCookies')),
        forwardOriginalToken: flag(down(rule, 'forwardOriginalToken'), false),
        outputPayloadToHeader: text(down(rule, 'outputPayloadToHeader')),
      },
    };
  });
}

/** An AuthorizationPolicy; Istio's default action is ALLOW. */
export function readAuthorizationPolicy(object: Cursor): AuthorizationControl {
  const spec = down(object, 'spec');
  const dryRun = text(down(object, 'metadata', 'annotations', 'istio.io/dry-run'));
  return {
    layer: 'mesh',
    kind: 'authorization',
    target: targetOf(object),
    namespace: namespaceOf(object),
    place: locate(spec),
    values: {
      selector: selectorOf(spec),
      hasTargetRefs: hasTargetRefs(spec),
      action: text(down(spec, 'action'), 'ALLOW'),
      dryRun: dryRun.value === 'true',
      rules: itemsOf(down(spec, 'rules')).map(readRule),
    },
  };
}

function readRule(rule: Cursor): AuthorizationRule {
  const operations = itemsOf(down(rule, 'to')).map((to) => down(to, 'operation'));
  const sources = itemsOf(down(rule, 'from')).map((from) => down(from, 'source'));
  const conditions = itemsOf(down(rule, 'when'));
  return {
    place: locate(rule),
    isEmpty: operations.length + sources.length + conditions.length === 0,
    ports: [
      ...operations.flatMap((operation) => eachOf(operation, PORTS)),
      ...conditions
        .filter((condition) => text(down(condition, 'key')).value === 'destination.port')
        .flatMap((condition) => eachOf(condition, VALUES)),
    ].map(({ value }) => value),
    httpFields: readHttpFields({ operations, sources, conditions }),
    patterns: [
      ...operations.flatMap((operation) => eachOf(operation, PATTERNS.operation)),
      ...sources.flatMap((source) => eachOf(source, PATTERNS.source)),
    ],
    sources: sources.map((source) => ({
      principals: eachText(down(source, 'principals')),
      requestPrincipals: eachText(down(source, 'requestPrincipals')),
      notRequestPrincipals: eachText(down(source, 'notRequestPrincipals')),
      namespaces: eachText(down(source, 'namespaces')),
      serviceAccounts: eachText(down(source, 'serviceAccounts')),
    })),
    paths: operations.flatMap((operation) => eachText(down(operation, 'paths'))),
    methods: operations.flatMap((operation) => texts(down(operation, 'methods')).value),
    conditions: conditions.map((condition) => ({
      key: text(down(condition, 'key')).value,
      values: eachText(down(condition, 'values')),
    })),
  };
}

const PORTS = ['ports', 'notPorts'];
const VALUES = ['values', 'notValues'];
const PATTERNS = {
  operation: ['paths', 'notPaths', 'hosts', 'notHosts', 'methods', 'notMethods'],
  source: ['principals', 'notPrincipals', 'requestPrincipals', 'notRequestPrincipals'],
};

/** Each text of several lists, with the name of its list. */
function eachOf(holder: Cursor, keys: readonly string[]): AuthorizationRule['patterns'] {
  return keys.flatMap((field) => eachText(down(holder, field)).map((value) => ({ field, value })));
}

/** The fields for which a connection has no value (authz/model/generator.go). */
function readHttpFields({
  operations,
  sources,
  conditions,
}: Readonly<Record<'operations' | 'sources' | 'conditions', readonly Cursor[]>>): Value<string>[] {
  const named = (holder: Cursor, keys: readonly string[]) =>
    keys
      .map((key) => ({ key, at: down(holder, key) }))
      .filter(({ at }) => exists(at))
      .map(({ key, at }) => ({ value: key, basis: 'written' as const, place: locate(at) }));
  return [
    ...operations.flatMap((operation) => named(operation, PATTERNS.operation)),
    ...sources.flatMap((source) => named(source, ['requestPrincipals', 'notRequestPrincipals'])),
    ...conditions
      .map((condition) => text(down(condition, 'key')))
      .filter(({ value }) => value.startsWith('request.')),
  ];
}
