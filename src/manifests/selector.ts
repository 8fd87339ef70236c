import { quote } from '../model/text.js';
import { formatPath, type Problem, type ValuePath } from './manifest-file.js';
import { problem, warning } from './problem.js';

export type Selector = {
  readonly matchLabels?: Readonly<Record<string, string>>;
  /** The Sidecar's and the ServiceEntry's form. */
  readonly labels?: Readonly<Record<string, string>>;
};

/** validateWorkloadSelector: exact labels, at least one. */
export function* checkSelector(at: ValuePath, selector: Selector | undefined): Generator<Problem> {
  if (selector === undefined) return;
  const field = selector.labels === undefined ? 'matchLabels' : 'labels';
  const labels = Object.entries(selector[field] ?? {});
  if (labels.length === 0) {
    yield warning(at, `${formatPath(at)} without labels means every workload of the namespace.`);
  }
  for (const [key, value] of labels) {
    if (key === '' || key.includes('*') || value.includes('*')) {
      yield problem(
        [...at, field, key],
        `${formatPath(at)} takes exact labels, not ${quote(`${key}=${value}`)}.`,
      );
    }
  }
}

/** validateOneOfSelectorType. */
export function* checkOneTarget(spec: {
  readonly selector?: Selector;
  readonly targetRef?: object;
  readonly targetRefs?: readonly object[];
}): Generator<Problem> {
  const given = (['selector', 'targetRef', 'targetRefs'] as const).filter(
    (key) => spec[key] !== undefined,
  );
  if (given.length > 1) {
    yield problem(['spec', given[1] ?? ''], `spec must have only one of ${given.join(', ')}.`);
  }
  yield* checkSelector(['spec', 'selector'], spec.selector);
}
