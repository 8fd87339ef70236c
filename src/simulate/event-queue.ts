/** Events in the order of their time; those of one time in the order in which they were added. */
export type EventQueue = {
  readonly now: () => number;
  /** @param delay ms from now */
  readonly after: (delay: number, act: () => void) => void;
  /** Runs until nothing is left, or until a time. */
  readonly run: (until: number) => void;
};

type Event = { readonly at: number; readonly order: number; readonly act: () => void };

/** A binary heap. */
export function createEventQueue(): EventQueue {
  const heap: Event[] = [];
  let [now, order] = [0, 0];
  const isBefore = (a: Event, b: Event): boolean =>
    a.at < b.at || (a.at === b.at && a.order < b.order);
  const push = (event: Event): void => {
    let index = heap.push(event) - 1;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || !isBefore(event, parent)) break;
      heap[index] = parent;
      index = above;
    }
    heap[index] = event;
  };
  const pop = (): Event | undefined => {
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let below = 2 * index + 1;
      const [left, right] = [heap[below], heap[below + 1]];
      if (left === undefined) break;
      if (right !== undefined && isBefore(right, left)) below += 1;
      const child = heap[below];
      if (child === undefined || !isBefore(child, last)) break;
      heap[index] = child;
      index = below;
    }
    heap[index] = last;
    return first;
  };
  return {
    now: () => now,
    after: (delay, act) => push({ at: now + delay, order: (order += 1), act }),
    run: (until) => {
      while ((heap[0]?.at ?? Infinity) <= until) {
        const event = pop();
        if (event === undefined) break;
        now = event.at;
        event.act();
      }
      now = until;
    },
  };
}
