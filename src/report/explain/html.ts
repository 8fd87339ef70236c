import type { ExplainedUpstream } from '../../mesh/explain/explain-flow.js';
import { escapeHtml, htmlPage, htmlTable } from './html-page.js';
import { seconds } from './text.js';
import { timelineSvg } from './timeline-svg.js';

/** One self-contained page about the calls of a service. */
export function explainHtml(
  service: string,
  upstreams: readonly ExplainedUpstream[],
  more: readonly string[] = [],
): string {
  const title = `${service}: what happens to a call`;
  return htmlPage(
    title,
    [
      `<h1>${escapeHtml(title)}</h1>`,
      ...upstreams.map((upstream) => section(service, upstream)),
      ...more,
    ].join('\n'),
  );
}

function section(service: string, upstream: ExplainedUpstream): string {
  const { name, url, layers, outcomes, timeline, deadline, worstCase, queries, load, notes } =
    upstream;
  return [
    `<h2>${escapeHtml(`${service} → ${name}`)} <small>${escapeHtml(url)}</small></h2>`,
    '<p>A GET, and the upstream hangs:</p>',
    timelineSvg(timeline, deadline),
    `<p>At worst one call makes <strong>${worstCase.tries}</strong> requests and is answered after <strong>${seconds(worstCase.milliseconds)}</strong>.`,
    load === undefined
      ? '</p>'
      : ` At ${load.rate} calls/s that is up to ${Math.round(load.worstRate)} requests/s, and ${Math.ceil(load.inFlight)} calls in flight when it hangs.</p>`,
    htmlTable(
      ['Per call', 'Requests', 'Answer after', 'Caller sees', 'Repeated by'],
      outcomes.map((outcome) => [
        outcome.title,
        String(outcome.requests),
        seconds(outcome.duration),
        String(outcome.callerSees),
        outcome.repeatedBy,
      ]),
    ),
    '<h2>Layers</h2>',
    htmlTable(
      ['Layer', 'Policy', 'Value', 'Set in'],
      layers.map(({ layer, what, value, source, isVerified }) => [
        layer,
        what,
        value,
        isVerified ? source : `${source} (declared, not verified)`,
      ]),
    ),
    ...notes.map((note) => `<p class="dim">${escapeHtml(note)}</p>`),
    '<h2>In production</h2>',
    `<ul>${queries.map(({ shows, query }) => `<li>${escapeHtml(shows)}: <code>${escapeHtml(query)}</code></li>`).join('\n')}</ul>`,
  ].join('\n');
}
