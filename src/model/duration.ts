/** Durations are kept in whole milliseconds and written the way Go, Istio and Kubernetes read them. */

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/**
 * Reads `950ms`, `2s`, `1.5s`, `1m30s`, `1h`.
 *
 * @returns milliseconds, or undefined when the text is no such duration or finer than 1 ms
 */
export function parseDuration(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount = '', unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    total += Number(amount) * (UNITS[unit] ?? Number.NaN);
  }
  const rounded = Math.round(total);
  return Math.abs(total - rounded) < 1e-6 && Number.isSafeInteger(rounded) ? rounded : undefined;
}

/** Writes milliseconds with one unit: `2s` for whole seconds, otherwise `950ms`. */
export function formatDuration(ms: number): string {
  return ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`;
}
