/** `900 ms`, `1.85 s`, `never`. */
export function milliseconds(ms: number): string {
  if (!Number.isFinite(ms)) return 'never';
  if (ms === 0) return '0';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return `${(ms / 1_000).toFixed(2).replace(/\.?0+$/, '')} s`;
}

/** `0 s` of a time that passed is `at once`. */
export function after(ms: number): string {
  return ms === 0 ? 'at once' : milliseconds(ms);
}

/** `1,850`: groups of three. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en');
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
