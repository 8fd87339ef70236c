import type { AccessRow } from '../../explain/access.js';
import { casesOf } from '../../explain/cases.js';
import { explainFlow, type ExplainedUpstream } from '../../explain/explain-flow.js';
import { isDeclared, UNKNOWN_CALLS, type UnknownRow } from '../../explain/layers.js';
import { formatSetting, settingsOf, withSetting } from '../../explain/settings.js';
import { walkCall } from '../../explain/walk-call.js';
import { policyOf, scenarioOf, variantsOf, type Fault } from '../../simulate/scenario.js';
import { simulate } from '../../simulate/simulate.js';
import type { UnsaidControl } from '../../model/mesh-emitter.js';
import type { Flow } from '../../flow/flow.js';
import type { ControlQuery } from '../../flow/mesh-source.js';
import { escapeHtml, htmlTable } from './html.js';
import { outageHtml } from './outage.js';
import { timelineSvg } from './timeline-svg.js';
import { after, count, milliseconds } from './words.js';

/** One upstream as it is declared: plain data, which the page takes with it. */
export type UpstreamModel = {
  readonly flow: Flow;
  readonly access: readonly AccessRow[];
  /** Replicas of the service itself. */
  readonly pods: number;
  readonly queries: readonly ControlQuery[];
  /** What nobody has declared of code that was made by hand. */
  readonly unknown: readonly UnknownRow[];
  /** What the service asks for, and its mesh cannot express. */
  readonly unsaid: readonly UnsaidControl[];
};

/** What a reader of the page has chosen. */
export type Choice = {
  /** Numbers that differ from what is declared, by the path of the setting joined with dots. */
  readonly changes: ReadonlyMap<string, number>;
  /** Calls a second. */
  readonly rate: number;
  /** Index of the upstream's cases, for the timeline. */
  readonly shown: number;
  readonly fault: Fault;
  readonly share: number;
  readonly seed: number;
};

/** Parts of the page that follow from a choice, by name; the tool and the page itself make them with this function. */
export function partsOf(model: UpstreamModel, choice: Choice): Readonly<Record<string, string>> {
  const declared = explainFlow(model.flow, model.access, {
    rate: choice.rate,
    unknown: model.unknown,
  });
  const flow = changedFlow(model.flow, choice.changes);
  const explained = explainFlow(flow, model.access, { rate: choice.rate, unknown: model.unknown });
  const shown = casesOf(flow)[choice.shown];
  return {
    changes: changesOf(model.flow, choice.changes),
    stats: statsOf(explained, declared),
    timeline:
      shown === undefined
        ? ''
        : timelineSvg(walkCall(flow, shown.request, shown.failure), explained.deadline),
    outcomes: outcomesOf(explained, choice.rate),
    layers: layersTable(explained),
  };
}

/** The simulated outage; it takes longer than all other parts together. */
export function outagePart({ flow: declared, pods }: UpstreamModel, choice: Choice): string {
  const flow = changedFlow(declared, choice.changes);
  const policy = policyOf(flow, pods);
  const { replicas } = policy;
  const { fault, rate, share, seed } = choice;
  const scenario = scenarioOf({ fault, rate, share, seed, replicas });
  const runs = variantsOf(policy).map(({ name, policy: variant }) => ({
    name: choice.changes.size > 0 && name === 'as declared' ? 'with your changes' : name,
    run: simulate(variant, scenario),
  }));
  return outageHtml(flow.name, scenario, { runs, pods, replicas });
}

function changedFlow(flow: Flow, changes: ReadonlyMap<string, number>): Flow {
  return [...changes].reduce(
    (changed, [path, value]) => withSetting(changed, path.split('.'), value),
    flow,
  );
}

function changesOf(flow: Flow, changes: ReadonlyMap<string, number>): string {
  if (changes.size === 0) return '';
  const items = settingsOf(flow).flatMap((setting) => {
    const value = changes.get(setting.path.join('.'));
    if (value === undefined) return [];
    const [from, to] = [formatSetting(setting, setting.value), formatSetting(setting, value)];
    return [
      `<li><b>${escapeHtml(setting.title)}</b> ${escapeHtml(from)} → ${escapeHtml(to)} <small>${escapeHtml(setting.source)}</small></li>`,
    ];
  });
  return `<div class="changes"><p>Changed here only; nothing is written.</p><ul>${items.join('')}</ul><button type="button" data-reset>Back to what is declared</button></div>`;
}

function statsOf(now: ExplainedUpstream, before: ExplainedUpstream): string {
  const tile = (title: string, value: string, was: string): string =>
    `<div><dt>${title}</dt><dd>${value}${value === was ? '' : ` <small>was ${was}</small>`}</dd></div>`;
  const load = (explained: ExplainedUpstream) => ({
    worst: `${count(explained.load?.worstRate ?? 0)}/s`,
    inFlight: Number.isFinite(explained.load?.inFlight)
      ? count(Math.ceil(explained.load?.inFlight ?? 0))
      : 'no limit',
  });
  const [loadNow, loadBefore] = [load(now), load(before)];
  return [
    '<dl class="stats">',
    tile(
      'requests one call can cause',
      String(now.worstCase.tries),
      String(before.worstCase.tries),
    ),
    tile(
      'longest wait for an answer',
      milliseconds(now.worstCase.milliseconds),
      milliseconds(before.worstCase.milliseconds),
    ),
    tile(`requests at ${escapeHtml(now.name)}, at worst`, loadNow.worst, loadBefore.worst),
    tile('calls in flight when it hangs', loadNow.inFlight, loadBefore.inFlight),
    '</dl>',
  ].join('\n');
}

function outcomesOf({ outcomes }: ExplainedUpstream, rate: number): string {
  return htmlTable(
    [
      { title: 'What fails' },
      { title: 'Requests', isNumber: true },
      { title: `At ${count(rate)} calls/s`, isNumber: true },
      { title: 'Answer, usually', isNumber: true },
      { title: 'At most', isNumber: true },
      { title: 'Caller sees', isNumber: true },
      { title: 'Repeated by' },
    ],
    outcomes.map(
      ({
        title,
        requests,
        appTries,
        meshTries,
        typicalDuration,
        duration,
        callerSees,
        repeatedBy,
      }) => [
        title,
        appTries > 1 && meshTries > 1
          ? `${requests} (${appTries} × ${meshTries})`
          : String(requests),
        `${count(requests * rate)}/s`,
        after(typicalDuration),
        after(duration),
        String(callerSees),
        repeatedBy,
      ],
    ),
  );
}

function layersTable({ layers, unknown }: ExplainedUpstream): string {
  const table = htmlTable(
    [{ title: 'Policy' }, { title: 'Layer' }, { title: 'Value' }, { title: 'Set in' }],
    layers.map((row) => [
      row.what,
      row.layer === 'app' ? 'application' : 'mesh',
      row.value,
      isDeclared(row) ? `${row.source} (declared, not verified)` : row.source,
    ]),
  );
  return unknown.length === 0 ? table : `${table}<p class="note">${escapeHtml(UNKNOWN_CALLS)}</p>`;
}
