/** Repeats saved up in quiet times. */
const BURST = 10;

/** A pod's budget of repeats: each call adds a share of one, a repeat takes a whole one. */
export function createAppBudget(share: number): {
  readonly deposit: () => void;
  readonly withdraw: () => boolean;
} {
  let tokens = BURST;
  return {
    deposit: () => {
      tokens = Math.min(BURST, tokens + share);
    },
    withdraw: () => {
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
