import { needsOf } from '../../flow/app-queries.js';
import type { Flow } from '../../flow/flow.js';
import { usualRequest } from '../../flow/reached.js';
import { casesOf, HANGS } from '../../explain/cases.js';
import { formatSetting, settingsOf, type Setting } from '../../explain/settings.js';
import { describeUnsaid } from '../../model/mesh-emitter.js';
import { faults } from '../../simulate/scenario.js';
import { escapeHtml, htmlTable } from './html.js';
import { faultWords, LEFT_OUT, modelled } from './outage.js';
import { outagePart, partsOf, type Choice, type UpstreamModel } from './parts.js';

/** What is shown before anybody chose anything. */
export function firstChoice(
  { flow }: UpstreamModel,
  given: Pick<Choice, 'rate' | 'fault' | 'share' | 'seed'>,
): Choice {
  const shown = casesOf(flow).findIndex(({ title }) => title === HANGS);
  return { ...given, changes: new Map(), shown };
}

/** One upstream: settings at the left, what follows from them at the right. */
export function sectionHtml(
  service: string,
  model: UpstreamModel,
  { index, choice }: { readonly index: number; readonly choice: Choice },
): string {
  const { flow, access } = model;
  const id = `upstream-${index}`;
  const parts = partsOf(model, choice);
  const part = (name: string, html = parts[name] ?? ''): string =>
    `<div data-part="${name}">${html}</div>`;
  return [
    `<section class="upstream" id="${id}" data-upstream="${index}">`,
    `<h2>${escapeHtml(`${service} → ${flow.name}`)} <small>${escapeHtml(flow.call?.values.url.value ?? flow.host)}</small></h2>`,
    '<div class="layout">',
    panelHtml(model, choice, id),
    '<div class="results">',
    part('changes'),
    part('stats'),
    `<h3 id="${id}-call">One call</h3>`,
    `<label class="inline">What fails <select data-choice="shown" disabled>${casesOf(flow)
      .map(({ title, request }, at) =>
        option(
          String(at),
          request === usualRequest(flow) ? `${request.method}, ${title}` : title,
          at === choice.shown,
        ),
      )
      .join('')}</select></label>`,
    part('timeline'),
    '<p class="key"><span class="swatch try"></span>try of the application <span class="swatch mesh-try"></span>request of its proxy <span class="swatch pause"></span>pause, at most <span class="swatch cut"></span>cut by the mesh <span class="swatch given-up"></span>given up by the application</p>',
    '<h3>Every kind of failure</h3>',
    part('outcomes'),
    '<p class="note">Every try fails in the same way; a failing upstream answers at once unless it hangs. “Usually” takes pauses of average length, “at most” the longest.</p>',
    '<h3>The outage</h3>',
    outageChoices(flow, choice),
    part('outage', outagePart(model, choice)),
    `<p class="note"><b>Modelled:</b> ${escapeHtml(modelled(flow))}</p>`,
    `<p class="note"><b>Not modelled:</b> ${escapeHtml(LEFT_OUT)}</p>`,
    '<h3>Layers</h3>',
    part('layers'),
    ...model.unsaid.map((each) => `<p class="note">${escapeHtml(describeUnsaid(each))}</p>`),
    ...(access.length === 0
      ? []
      : [
          '<h3>Tokens of callers</h3>',
          htmlTable(
            [{ title: 'A token that is' }, { title: 'Answer' }, { title: 'By' }],
            access.map(({ token, answer, by }) => [token, answer, by]),
          ),
        ]),
    '<h3>In production</h3>',
    `<p class="note">${['PromQL.', ...needsOf(model.queries)].map(escapeHtml).join(' ')}</p>`,
    `<dl class="queries">${model.queries
      .map(
        ({ control, shows, query }) =>
          `<div><dt>${escapeHtml(control)}: ${escapeHtml(shows)}</dt><dd><code>${escapeHtml(query)}</code></dd></div>`,
      )
      .join('\n')}</dl>`,
    '</div>',
    '</div>',
    '</section>',
  ].join('\n');
}

function panelHtml({ flow }: UpstreamModel, choice: Choice, id: string): string {
  const groups = new Map<string, Setting[]>();
  for (const setting of settingsOf(flow)) {
    groups.set(setting.group, [...(groups.get(setting.group) ?? []), setting]);
  }
  const load = slider(
    {
      path: [],
      group: 'Load',
      title: 'calls a second',
      unit: 'count',
      min: 1,
      max: Math.max(500, Math.ceil(choice.rate)),
      step: 1,
      value: Math.round(choice.rate),
      words: {},
      source: 'of the whole service',
    },
    { id: `${id}-rate`, attribute: 'data-choice="rate"' },
  );
  return [
    '<form class="panel" aria-label="Settings" autocomplete="off">',
    group('Load', [load]),
    ...[...groups].map(([title, settings]) =>
      group(
        title,
        settings.map((setting) =>
          slider(setting, {
            id: `${id}-${setting.path.join('-')}`,
            attribute: `data-setting="${setting.path.join('.')}"`,
          }),
        ),
      ),
    ),
    '<noscript><p class="note">The sliders need scripts, which this page has within it.</p></noscript>',
    '</form>',
  ].join('\n');
}

function group(title: string, sliders: readonly string[]): string {
  return `<details open><summary>${escapeHtml(title)}</summary>${sliders.join('\n')}</details>`;
}

function slider(
  setting: Setting,
  { id, attribute }: { readonly id: string; readonly attribute: string },
): string {
  const { title, min, max, step, value, source } = setting;
  const text = escapeHtml(formatSetting(setting, value));
  return [
    '<div class="setting">',
    `<label for="${id}">${escapeHtml(title)}</label><output for="${id}">${text}</output>`,
    `<input type="range" id="${id}" ${attribute} min="${min}" max="${max}" step="${step}" value="${Math.min(max, value)}" aria-valuetext="${text}" disabled>`,
    `<small>${escapeHtml(source)}</small>`,
    '</div>',
  ].join('');
}

function outageChoices(flow: Flow, { fault, share, seed }: Choice): string {
  const words = faultWords(flow);
  const isShareUsed = fault === 'errors';
  return [
    '<p class="choices">',
    `<label class="inline">For 20 s <select data-choice="fault" disabled>${faults.map((name) => option(name, words[name], name === fault)).join('')}</select></label>`,
    `<label class="inline"${isShareUsed ? '' : ' hidden'}>share <input type="number" data-choice="share" min="0.05" max="1" step="0.05" value="${share}" disabled></label>`,
    `<label class="inline">seed <input type="number" data-choice="seed" min="1" max="100000" step="1" value="${seed}" disabled></label>`,
    '</p>',
  ].join('');
}

function option(value: string, text: string, isSelected: boolean): string {
  return `<option value="${value}"${isSelected ? ' selected' : ''}>${escapeHtml(text)}</option>`;
}
