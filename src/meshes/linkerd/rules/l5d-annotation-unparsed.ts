import { down, exists, locate, text, type Cursor } from '../../../manifests/cursor.js';
import { formatDuration, parseDuration } from '../../../model/duration.js';
import { setValue, type Report, type Rule } from '../../../rules/rule.js';
import { isUnresolved } from '../../../flow/selection.js';
import { knownNames, unknownNames, type Unread } from '../read/annotations.js';
import { parseLength } from '../read/grammar.js';
import { annotatedIn, linkerdWorld, routesTo, type Annotated } from '../written/annotated.js';
import { rulesOf, type WrittenRoute } from '../written/routes.js';

export const l5dAnnotationUnparsed: Rule = {
  code: 'L5D_ANNOTATION_UNPARSED',
  severity: 'error',
  layer: 'mesh',
  title: 'An annotation of Linkerd has a value that it cannot read.',
  reads: ['mesh/objects'],
  why: "On a Service it is only a line in the log of Linkerd's policy controller, and all annotations of its group are dropped with it: no retries, no timeout, no breaker. On a route the admission webhook refuses the object. Durations are one integer and one unit (no 1.5s, no 1m30s), lists have no spaces (policy-controller/k8s/index/src/outbound; runtime/src/admission.rs).",
  fix: 'A value of the grammar: 900ms, 5xx, gateway-error, 500-504, cancelled, unavailable, consecutive.',
  check: (composition) => {
    const world = linkerdWorld(composition);
    if (world === undefined) return [];
    return [
      ...annotatedIn(world).flatMap((one) => [
        ...one.read.unread.map((unread) => reportOf(one, unread)),
        ...unknownNames(one.object).map((at) => unknownName(one, at)),
      ]),
      ...routesTo('Service', world).flatMap(checkTimeouts),
    ];
  },
};

function reportOf({ target, kind }: Annotated, { name, value, allowed }: Unread): Report {
  const prefix = name.slice(0, name.indexOf('/') + 1);
  const effect =
    kind === 'Service'
      ? `Linkerd drops it with every other ${prefix}* annotation of the Service, and only logs it`
      : 'the admission webhook of Linkerd refuses the route';
  const better = nearest(value.value);
  return {
    target,
    at: value.place,
    message: `${name}: "${value.value}" is not ${allowed}: ${effect}.`,
    fix: better === undefined ? `${name}: ${allowed}.` : `${name}: ${better}`,
    edits: better === undefined ? [] : setValue(value, better),
  };
}

/** The same duration with one unit, or the same list without spaces. */
function nearest(written: string): string | undefined {
  const ms = parseDuration(written);
  if (ms !== undefined) return formatDuration(ms);
  const list = written.replace(/\s*,\s*/g, ',').trim();
  return list !== written && /^[a-z0-9,-]+$/.test(list) ? list : undefined;
}

function unknownName({ target }: Annotated, at: Cursor): Report {
  const name = String(at.at.at(-1));
  const near = knownNames.filter((known) => known.startsWith(name.slice(0, name.indexOf('/'))));
  return {
    target,
    at: locate(at),
    severity: 'warning',
    message: `Linkerd knows no annotation ${name}: it does nothing.`,
    fix: `One of ${near.join(', ')}.`,
  };
}

/** The Gateway API allows more durations than Linkerd reads. */
function checkTimeouts(route: WrittenRoute): Report[] {
  return rulesOf(route).flatMap((rule) => {
    const at = down(rule, 'timeouts', 'request');
    const value = text(at);
    if (!exists(at) || isUnresolved(value.value)) return [];
    const ms = parseDuration(value.value);
    if (parseLength(value.value).kind === 'read' || ms === undefined) return [];
    return [
      {
        target: `${route.kind}/${route.object.object.name}`,
        at: value.place,
        message: `timeouts.request: ${value.value} has more than one unit: Linkerd drops it, so that the rule has no timeout.`,
        fix: `timeouts.request: ${formatDuration(ms)}`,
        edits: setValue(value, formatDuration(ms)),
      },
    ];
  });
}
