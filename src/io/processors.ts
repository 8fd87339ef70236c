import { availableParallelism } from 'node:os';

/** How many threads or processes this machine runs at the same time without harm. */
export function countProcessors(): number {
  return availableParallelism();
}
