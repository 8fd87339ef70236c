import { formatSetting, settingsOf, type Setting } from '../explain/settings.js';
import type { Fault } from '../simulate/scenario.js';
import { readModel } from '../report/page/model.js';
import { outagePart, partsOf, type Choice, type UpstreamModel } from '../report/page/parts.js';
import { firstChoice } from '../report/page/section.js';

// The tool wrote it, in this shape.
const { upstreams, given } = readModel(document.getElementById('model')?.textContent ?? '{}');
for (const section of document.querySelectorAll<HTMLElement>('[data-upstream]')) {
  const model = upstreams[Number(section.dataset['upstream'])];
  if (model !== undefined) start(section, model);
}

/** Follows the inputs of one upstream. */
function start(section: HTMLElement, model: UpstreamModel): void {
  const settings = new Map(settingsOf(model.flow).map((one) => [one.path.join('.'), one]));
  let choice = firstChoice(model, given);
  const find = <T extends Element>(selector: string): T[] => [
    ...section.querySelectorAll<T>(selector),
  ];
  const fill = (name: string, html: string): void => {
    for (const part of find(`[data-part="${name}"]`)) part.innerHTML = html;
  };
  const redraw = (): void => {
    for (const [name, html] of Object.entries(partsOf(model, choice))) fill(name, html);
    for (const runs of find('.runs')) runs.classList.add('stale');
  };

  section.addEventListener('input', ({ target }) => {
    if (!isInput(target)) return;
    choice = choose(choice, target, settings);
    redraw();
  });
  // The outage takes longer: it is played when a slider is let go.
  section.addEventListener('change', () => fill('outage', outagePart(model, choice)));
  section.addEventListener('click', ({ target }) => {
    if (!(target instanceof HTMLElement) || !target.hasAttribute('data-reset')) return;
    for (const input of find<HTMLInputElement>('[data-setting]')) {
      input.value = input.defaultValue;
      show(input, settings.get(input.dataset['setting'] ?? ''));
    }
    choice = { ...choice, changes: new Map() };
    redraw();
    fill('outage', outagePart(model, choice));
  });
  for (const input of find<HTMLInputElement>('[disabled]')) input.disabled = false;
  if (matchMedia('(max-width: 60rem)').matches) {
    for (const group of find<HTMLDetailsElement>('.panel details')) group.open = false;
  }
}

type Input = HTMLInputElement | HTMLSelectElement;

function isInput(target: EventTarget | null): target is Input {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
}

/** The choice after an input changed. */
function choose(choice: Choice, input: Input, settings: ReadonlyMap<string, Setting>): Choice {
  const { setting: path, choice: key } = input.dataset;
  if (path !== undefined) {
    const setting = settings.get(path);
    show(input, setting);
    const changes = new Map(choice.changes);
    if (setting === undefined || input.value === (input as HTMLInputElement).defaultValue)
      changes.delete(path);
    else changes.set(path, Number(input.value));
    return { ...choice, changes };
  }
  switch (key) {
    case 'rate':
      show(input, undefined);
      return { ...choice, rate: Number(input.value) };
    case 'shown':
      return { ...choice, shown: Number(input.value) };
    case 'fault': {
      const share = input.closest('section')?.querySelector('[data-choice="share"]');
      share?.closest('label')?.toggleAttribute('hidden', input.value !== 'errors');
      // The options are the faults.
      return { ...choice, fault: input.value as Fault };
    }
    case 'share':
      return { ...choice, share: bounded(input.value, { least: 0.05, most: 1 }) };
    case 'seed':
      return { ...choice, seed: Math.round(bounded(input.value, { least: 1, most: 100_000 })) };
    default:
      return choice;
  }
}

/** Writes a slider's value beside it. */
function show(input: Input, setting: Setting | undefined): void {
  const isDeclared = input.value === (input as HTMLInputElement).defaultValue;
  const value = setting !== undefined && isDeclared ? setting.value : Number(input.value);
  const text = setting === undefined ? String(value) : formatSetting(setting, value);
  const row = input.closest('.setting');
  const output = row?.querySelector('output');
  if (output) output.textContent = text;
  row?.classList.toggle('changed', !isDeclared);
  input.setAttribute('aria-valuetext', text);
}

function bounded(
  text: string,
  { least, most }: { readonly least: number; readonly most: number },
): number {
  const value = Number(text);
  return Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : least;
}
