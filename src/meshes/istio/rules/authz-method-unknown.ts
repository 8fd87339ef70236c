import type { Composition } from '../../../flow/composition.js';
import { isUnresolved } from '../../../flow/selection.js';
import { down, eachText, itemsOf, targetOf } from '../../../manifests/cursor.js';
import type { Value } from '../../../model/control.js';
import { setValue, type Report, type Rule } from '../../../rules/rule.js';
import { worldOf } from '../../world.js';

/** The registry of HTTP methods, and what caches and old clients send. */
const METHODS = new Set(
  `ACL BASELINE-CONTROL BIND CHECKIN CHECKOUT CONNECT COPY DELETE GET HEAD LABEL LINK LOCK MERGE MKACTIVITY MKCALENDAR
  MKCOL MKREDIRECTREF MKWORKSPACE MOVE OPTIONS ORDERPATCH PATCH POST PRI PROPFIND PROPPATCH PUT QUERY REBIND REPORT
  SEARCH TRACE UNBIND UNCHECKOUT UNLINK UNLOCK UPDATE UPDATEREDIRECTREF VERSION-CONTROL BAN PURGE REFRESH NOTIFY
  SUBSCRIBE UNSUBSCRIBE`.split(/\s+/),
);

export const authzMethodUnknown: Rule = {
  code: 'AUTHZ_METHOD_UNKNOWN',
  severity: 'error',
  layer: 'mesh',
  title: 'An AuthorizationPolicy names a method that no request has.',
  reads: ['mesh/authorization'],
  why: 'Methods are compared letter by letter, and those of HTTP are in upper case (RFC 9110, 9.1; authz/matcher, StringMatcher): "get" matches no request, so that ALLOW lets nothing through and DENY everything. Calls of gRPC are all POST, and their names are paths (authorization_policy.proto, Operation; KIA0102).',
  fix: 'The method in upper case; for gRPC methods: [POST] and paths: [/<package>.<service>/<method>].',
  check: (composition) =>
    methodsIn(composition).flatMap(({ target, field, method }) =>
      checkMethod(target, field, method),
    ),
};

type Named = { readonly target: string; readonly field: string; readonly method: Value<string> };

function methodsIn(composition: Composition): readonly Named[] {
  return worldOf(composition)
    .ofKind('security.istio.io', 'AuthorizationPolicy')
    .flatMap((object) =>
      itemsOf(down(object, 'spec', 'rules'))
        .flatMap((rule) => itemsOf(down(rule, 'to')))
        .flatMap((to) =>
          ['methods', 'notMethods'].flatMap((field) =>
            eachText(down(to, 'operation', field)).map((method) => ({
              target: targetOf(object),
              field,
              method,
            })),
          ),
        ),
    );
}

function checkMethod(target: string, field: string, method: Value<string>): Report[] {
  const { value, place } = method;
  if (value === '' || value.includes('*') || METHODS.has(value) || isUnresolved(value)) return [];
  const isPath = value.includes('/');
  const upper = value.toUpperCase();
  const isCase = METHODS.has(upper);
  return [
    {
      target,
      at: place,
      severity: isCase || isPath ? 'error' : 'warning',
      message: `${field} "${value}" ${isPath ? 'is the path of a gRPC call, whose method is POST' : isCase ? 'is not in upper case, as methods are' : 'is none of the methods of HTTP'}: no request has it.`,
      fix: isPath
        ? `methods: ["POST"], paths: ["${value.startsWith('/') ? value : `/${value}`}"]`
        : isCase
          ? `${field}: ["${upper}"]`
          : 'A method such as GET or POST, or a path under paths.',
      edits: isCase ? setValue(method, upper) : [],
    },
  ];
}
