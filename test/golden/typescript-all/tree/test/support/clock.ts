import { vi } from 'vitest';

/** Lets the fake clock run until `promise` is settled. */
export async function finish<T>(promise: Promise<T>): Promise<T> {
  const settled = promise.then(
    () => undefined,
    () => undefined,
  );
  await vi.runAllTimersAsync();
  await settled;
  return await promise;
}
