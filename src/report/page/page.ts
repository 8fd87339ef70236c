import { createHash } from 'node:crypto';

import { escapeHtml } from './html.js';
import { writeModel } from './model.js';
import type { Choice, UpstreamModel } from './parts.js';
import { pageScript } from './script.js';
import { firstChoice, sectionHtml } from './section.js';
import { pageStyle } from './style.js';

export type PageInput = {
  readonly service: string;
  readonly upstreams: readonly UpstreamModel[];
  readonly choice: Pick<Choice, 'rate' | 'fault' | 'share' | 'seed'>;
};

/**
 * One self-contained page about the calls of a service: the timeline of a call, what every failure
 * costs, and a simulated outage. It needs no network, shows everything without scripts, and with them
 * computes anew what its sliders change, by the same code that made it.
 */
export function explainPage({ service, upstreams, choice: given }: PageInput): string {
  const title = `${service}: what happens to a call`;
  const names = upstreams.map(({ flow }) => flow.name);
  const script = createHash('sha256').update(pageScript).digest('base64');
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${script}'">`,
    `<title>${escapeHtml(title)}</title>`,
    `<style>${pageStyle}</style>`,
    '</head>',
    '<body>',
    `<h1>${escapeHtml(title)}</h1>`,
    '<p class="note">Read from the files of the service, with the mesh’s own defaults where they are silent. Move a slider to see what another value would do.</p>',
    names.length < 2
      ? ''
      : `<nav>${names.map((name, index) => `<a href="#upstream-${index}">${escapeHtml(name)}</a>`).join(' ')}</nav>`,
    ...upstreams.map((model, index) =>
      sectionHtml(service, model, { index, choice: firstChoice(model, given) }),
    ),
    `<script type="application/json" id="model">${writeModel({ upstreams, given }).replaceAll('<', '\\u003c')}</script>`,
    `<script>${pageScript}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}
