/** `1.85 s`, `at once`, `never`. */
export function seconds(ms: number): string {
  if (!Number.isFinite(ms)) return 'never';
  return ms === 0 ? 'at once' : `${(ms / 1_000).toFixed(2).replace(/\.?0+$/, '')} s`;
}
