import { quote } from '../../../model/text.js';
import {
  formatPath,
  type ManifestObject,
  type Problem,
  type ValuePath,
} from '../../../manifests/manifest-file.js';
import { problem } from '../../../manifests/problem.js';
import { checkAddress } from './address.js';
import { checkCustomAction } from './custom-action.js';
import { checkTargetRefs, type Targeting } from './target-refs.js';
import { checkOneTarget, type Selector } from '../../../manifests/selector.js';
import { checkNoEmpty } from '../../../manifests/values.js';

type Lists = Readonly<Record<string, readonly string[] | undefined>>;
type Rule = {
  readonly from?: readonly { readonly source?: Lists }[];
  readonly to?: readonly { readonly operation?: Lists }[];
  readonly when?: readonly {
    readonly key: string;
    readonly values?: readonly string[];
    readonly notValues?: readonly string[];
  }[];
};
type Spec = Targeting & {
  readonly selector?: Selector;
  readonly action?: string;
  readonly provider?: { readonly name?: string };
  readonly rules?: readonly Rule[];
};

/** Keys of conditions; those that end with "[" name one header, claim or filter (pkg/config/security). */
const CONDITION_KEY =
  /^(?:(?:request\.headers|request\.auth\.claims|experimental\.envoy\.filters\.[^[]*)\[.+\]|source\.(?:ip|namespace|serviceAccount|principal|trustDomain)|remote\.ip|request\.auth\.(?:principal|audiences|presenter)|request\.auth\.claims\[.+\](?:\[.+\])*|destination\.(?:ip|port)|connection\.sni)$/;

/** ValidateAuthorizationPolicy. */
export function* checkAuthorizationPolicy(object: ManifestObject): Generator<Problem> {
  // The schema has passed. An empty spec, which denies everything, is allowed.
  const spec = (object.spec ?? {}) as Spec;
  const { action = 'ALLOW', provider, rules } = spec;
  yield* checkOneTarget(spec);
  yield* checkTargetRefs(spec);
  if ((action === 'DENY' || action === 'CUSTOM') && rules === undefined) {
    yield problem(
      ['spec'],
      `${action} without rules never applies; add an empty rule {} for every request.`,
    );
  }
  if (action === 'CUSTOM' && rules !== undefined) yield* checkCustomAction(provider, rules);
  if (provider !== undefined && action !== 'CUSTOM') {
    yield problem(['spec', 'provider'], 'spec.provider needs action CUSTOM.');
  }
  for (const [index, rule] of (rules ?? []).entries()) {
    yield* checkRule(['spec', 'rules', index], rule);
  }
}

function* checkRule(at: ValuePath, { from, to, when = [] }: Rule): Generator<Problem> {
  if (from?.length === 0)
    yield problem([...at, 'from'], `${formatPath([...at, 'from'])} must not be empty.`);
  if (to?.length === 0)
    yield problem([...at, 'to'], `${formatPath([...at, 'to'])} must not be empty.`);
  for (const [index, { source }] of (from ?? []).entries()) {
    yield* checkSource([...at, 'from', index, 'source'], source ?? {});
  }
  for (const [index, { operation }] of (to ?? []).entries()) {
    yield* checkOperation([...at, 'to', index, 'operation'], operation ?? {});
  }
  for (const [index, { key, values = [], notValues = [] }] of when.entries()) {
    const place = [...at, 'when', index];
    if (!CONDITION_KEY.test(key))
      yield problem([...place, 'key'], `${quote(key)} is no condition.`);
    if (values.length + notValues.length === 0) {
      yield problem(place, `${formatPath(place)} must have values or notValues.`);
    }
    yield* checkNoEmpty([...place, 'values'], values);
    yield* checkNoEmpty([...place, 'notValues'], notValues);
  }
}

function* checkSource(at: ValuePath, source: Lists): Generator<Problem> {
  yield* checkLists(at, source);
  for (const key of ['ipBlocks', 'notIpBlocks', 'remoteIpBlocks', 'notRemoteIpBlocks']) {
    for (const [index, block] of (source[key] ?? []).entries())
      yield* checkAddress([...at, key, index], block);
  }
  const has = (...keys: string[]) => keys.some((key) => (source[key] ?? []).length > 0);
  if (
    has('serviceAccounts', 'notServiceAccounts') &&
    has('principals', 'notPrincipals', 'namespaces', 'notNamespaces')
  ) {
    yield problem(
      at,
      `${formatPath(at)} must not have serviceAccounts beside principals or namespaces.`,
    );
  }
}

function* checkOperation(at: ValuePath, operation: Lists): Generator<Problem> {
  yield* checkLists(at, operation);
  for (const key of ['ports', 'notPorts']) {
    for (const [index, port] of (operation[key] ?? []).entries()) {
      if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
        yield problem([...at, key, index], `${quote(port)} is no port.`);
      }
    }
  }
  for (const key of ['paths', 'notPaths']) {
    for (const [index, path] of (operation[key] ?? []).entries()) {
      if (!isPathTemplate(path)) {
        yield problem(
          [...at, key, index],
          `${quote(path)} uses braces otherwise than as {*} or a last {**}.`,
        );
      }
    }
  }
}

function* checkLists(at: ValuePath, lists: Lists): Generator<Problem> {
  if (Object.values(lists).every((list) => (list ?? []).length === 0)) {
    yield problem(at, `${formatPath(at)} must not be empty: it would match nothing.`);
  }
  for (const [key, values] of Object.entries(lists)) yield* checkNoEmpty([...at, key], values);
}

/** CheckValidPathTemplate. */
function isPathTemplate(path: string): boolean {
  const parts = path.replace(/^\/|\/$/g, '').split('/');
  const any = parts.indexOf('{**}');
  return parts.every((part, index) => {
    if (part === '{*}') return any === -1 || index < any;
    if (part === '{**}') return index === any;
    return !/[{}]/.test(part);
  });
}
