/** The messages of an error and of its causes: `the call failed: connect ECONNREFUSED 10.0.0.1:80`. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  const cause = error.cause ?? first;
  const reasons = [error.message, cause instanceof Error ? describeError(cause) : ''];
  return reasons.filter((reason) => reason !== '').join(': ');
}
