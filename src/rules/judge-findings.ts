import type { Finding } from '../model/finding.js';
import type { Acceptance } from '../model/request.js';

/**
 * `new` counts. `accepted`: scaffold.yaml says why it stays. `known`: it was there before, in the baseline
 * or at the revision that was named.
 */
export type Verdict = 'new' | 'accepted' | 'known';

export type JudgedFinding = Finding & {
  readonly verdict: Verdict;
  /** The reason of its acceptance, or that one has expired; otherwise empty. */
  readonly note: string;
};

/** How often a finding of one kind was there before, by `keyOfFinding`. */
export type KnownFindings = ReadonlyMap<string, number>;

/** What a finding is, whatever line it moved to and whatever its numbers are now. */
export function keyOfFinding({ code, target, locations }: Finding): string {
  return [code, target, locations[0]?.file ?? ''].join(' ');
}

export function countFindings(findings: readonly Finding[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const finding of findings) {
    const key = keyOfFinding(finding);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/**
 * Tells new findings from accepted and known ones.
 *
 * @param today `2026-11-22`; an acceptance whose date lies before it has expired, and its finding counts
 */
export function judgeFindings(
  findings: readonly Finding[],
  {
    accepted,
    known,
    today,
  }: {
    readonly accepted: readonly Acceptance[];
    readonly known: KnownFindings;
    readonly today: string;
  },
): readonly JudgedFinding[] {
  const left = new Map(known);
  return findings.map((finding) => {
    const decisions = accepted.filter(
      ({ code, target }) =>
        code === finding.code && (target === undefined || target === finding.target),
    );
    const holding = decisions.find(({ until }) => until === undefined || until >= today);
    if (holding !== undefined) {
      const { until } = holding;
      const limit = until === undefined ? '' : ` (until ${until})`;
      return { ...finding, verdict: 'accepted', note: `${holding.reason}${limit}` };
    }
    const [expired] = decisions;
    const note =
      expired === undefined ? '' : `accepted until ${expired.until ?? ''}: ${expired.reason}`;
    const key = keyOfFinding(finding);
    const count = left.get(key) ?? 0;
    left.set(key, count - 1);
    return { ...finding, verdict: count > 0 ? 'known' : 'new', note };
  });
}
