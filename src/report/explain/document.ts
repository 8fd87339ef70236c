import type { ExplainedUpstream } from '../../explain/explain-flow.js';
import type { JsonValue } from '../../model/json.js';

/** The JSON form of `explain`; a duration without an end is null. */
export function explainDocument(
  upstreams: readonly ExplainedUpstream[],
): Readonly<Record<string, JsonValue>> {
  return { upstreams: upstreams.map(describeUpstream) };
}

/** One upstream of it. */
export function describeUpstream(upstream: ExplainedUpstream) {
  return {
    name: upstream.name,
    host: upstream.host,
    url: upstream.url,
    app: layerRows(upstream, 'app'),
    mesh: layerRows(upstream, 'mesh'),
    worstCase: {
      tries: upstream.worstCase.tries,
      milliseconds: limit(upstream.worstCase.milliseconds),
    },
    outcomes: upstream.outcomes.map(
      ({
        title,
        request,
        failure,
        appTries,
        meshTries,
        requests,
        duration,
        typicalDuration,
        callerSees,
        repeatedBy,
      }) => ({
        title,
        method: request.method,
        failure,
        appTries,
        meshTries,
        requests,
        milliseconds: limit(duration),
        typicalMilliseconds: limit(typicalDuration),
        callerSees,
        repeatedBy,
      }),
    ),
    timeline: upstream.timeline.segments.map(({ kind, from, to, endedBy }) => ({
      kind,
      from: limit(from),
      to: limit(to),
      endedBy,
    })),
    queries: upstream.queries.map(({ control, shows, query }) => ({ control, shows, query })),
    unknown: upstream.unknown.map(({ what, setting }) => ({ what, setting: setting ?? null })),
    unsaid: upstream.unsaid.map((each) => ({ ...each })),
    load:
      upstream.load === undefined
        ? null
        : { ...upstream.load, inFlight: limit(upstream.load.inFlight) },
    access: upstream.access.map((row) => ({ ...row })),
  };
}

function layerRows({ layers }: ExplainedUpstream, layer: 'app' | 'mesh'): JsonValue {
  return layers
    .filter((row) => row.layer === layer)
    .map(({ what, value, source, isVerified }) => ({ what, value, source, verified: isVerified }));
}

function limit(ms: number): number | null {
  return Number.isFinite(ms) ? Math.round(ms) : null;
}
