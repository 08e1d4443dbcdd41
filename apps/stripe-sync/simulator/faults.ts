/** Failing on demand: what a caller of Stripe has to live with, switched on and off through `/simulator/faults`. */

/**
 * `unreachable` cuts the connection without an answer; `slow` answers rightly, but late. `garbled` is the page of a proxy
 * in Stripe's place, `empty` JSON that is nothing of what was asked for.
 */
export const faultKinds = ["429", "500", "unreachable", "slow", "garbled", "empty"] as const;
export type FaultKind = (typeof faultKinds)[number];

export type Fault = {
  readonly kind: FaultKind;
  /** How many requests fail; absent: all of them, until the fault is taken away. */
  readonly count?: number | undefined;
  /** How many requests pass before the first one fails. */
  readonly after?: number | undefined;
  /** `429` only: what `Retry-After` says, in seconds. */
  readonly retryAfterSeconds?: number | undefined;
  /** `slow` only. */
  readonly delayMilliseconds?: number | undefined;
};

export type Faults = {
  add(fault: Fault): void;
  clear(): void;
  /** The fault that the next request meets, if any. Asking counts as a request. */
  next(): Fault | undefined;
  list(): readonly Fault[];
};

/** Faults stand in a queue: the first one is used up before the second one begins. */
export function faultQueue(): Faults {
  let queue: readonly Fault[] = [];
  return {
    add: (fault) => {
      queue = [...queue, fault];
    },
    clear: () => {
      queue = [];
    },
    list: () => queue,
    next: () => {
      const [first, ...rest] = queue;
      if (first === undefined) return undefined;
      const after = first.after ?? 0;
      if (after > 0) {
        queue = [{ ...first, after: after - 1 }, ...rest];
        return undefined;
      }
      queue = usedOnce(first, rest);
      return first;
    },
  };
}

function usedOnce(first: Fault, rest: readonly Fault[]): readonly Fault[] {
  if (first.count === undefined) return [first, ...rest];
  return first.count > 1 ? [{ ...first, count: first.count - 1 }, ...rest] : rest;
}
