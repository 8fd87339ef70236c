import { quote } from '../../../model/text.js';
import {
  formatPath,
  type ManifestObject,
  type Problem,
  type ValuePath,
} from '../../../manifests/manifest-file.js';
import { problem } from '../../../manifests/problem.js';
import { checkTargetRefs, type Targeting } from './target-refs.js';
import { checkOneTarget, checkSelector, type Selector } from '../../../manifests/selector.js';
import { checkDuration } from '../../../manifests/values.js';

type JwtRule = {
  readonly issuer?: string;
  readonly jwksUri?: string;
  readonly jwks?: string;
  readonly timeout?: string;
};

/** ValidateRequestAuthentication; empty words are refused by the schema. */
export function* checkRequestAuthentication(object: ManifestObject): Generator<Problem> {
  // The schema has passed.
  const spec = (object.spec ?? {}) as Targeting & {
    selector?: Selector;
    jwtRules?: readonly JwtRule[];
  };
  yield* checkOneTarget(spec);
  yield* checkTargetRefs(spec);
  for (const [index, rule] of (spec.jwtRules ?? []).entries()) {
    yield* checkJwtRule(['spec', 'jwtRules', index], rule);
  }
}

function* checkJwtRule(at: ValuePath, rule: JwtRule): Generator<Problem> {
  const { issuer = '', jwksUri = '', jwks = '' } = rule;
  if (issuer === '' && jwksUri === '') {
    yield problem(at, `${formatPath(at)} must have an issuer or a jwksUri.`);
  }
  if (jwksUri !== '' && !/^https?:\/\/[^/]/.test(jwksUri)) {
    yield problem(
      [...at, 'jwksUri'],
      `jwksUri must be an http or https URL, not ${quote(jwksUri)}.`,
    );
  }
  if (jwks !== '' && jwksUri !== '') {
    yield problem([...at, 'jwks'], `${formatPath(at)} must have only one of jwks and jwksUri.`);
  }
  if (jwks !== '' && !isKeySet(jwks))
    yield problem([...at, 'jwks'], 'jwks must be a JSON Web Key Set.');
  yield* checkDuration([...at, 'timeout'], rule.timeout);
}

function isKeySet(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && ('keys' in value || 'kty' in value);
  } catch {
    return false;
  }
}

/** ValidatePeerAuthentication. */
export function* checkPeerAuthentication(object: ManifestObject): Generator<Problem> {
  // The schema has passed.
  const spec = (object.spec ?? {}) as {
    selector?: Selector;
    portLevelMtls?: Readonly<Record<string, unknown>>;
  };
  yield* checkSelector(['spec', 'selector'], spec.selector);
  if (spec.portLevelMtls === undefined) return;
  const at = ['spec', 'portLevelMtls'];
  const ports = Object.keys(spec.portLevelMtls);
  if (Object.keys(spec.selector?.matchLabels ?? {}).length === 0) {
    yield problem(at, 'spec.portLevelMtls needs a selector: ports belong to workloads.');
  }
  for (const port of ports) {
    if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) {
      yield problem([...at, port], `${quote(port)} is no port.`);
    }
  }
}
