/**
 * The line of orders in front of the commits, and who of it may go next. Pure: what is locked, what is on its way and
 * the time are told.
 *
 * Orders go in the order they came, past those that have to wait: for a commit on its way that touches the same, for
 * a balance that somebody else keeps locked, or for a little while. So nobody waits for a stranger.
 */
import type { Doubt } from "./failures.ts";
import { itemsPerCommit } from "./parts.ts";
import type { Touches } from "./touches.ts";
import type { Order, OrderResult } from "./types.ts";

/** An order in the line, and what happened to it so far. Times are milliseconds of a clock that never goes back. */
export interface Waiting {
  readonly order: Order;
  readonly resolve: (result: OrderResult) => void;
  readonly reject: (error: unknown) => void;
  touches: Touches;
  /** How often somebody else was faster. */
  overtaken: number;
  /** Set once a commit it shared was not made: whoever is to blame is found by going alone. */
  alone: boolean;
  /** When somebody else's lock was first in its way. */
  lockedSince?: number;
  /** When the database was first gone. */
  lostSince?: number;
  /** Is not tried again before. */
  notBefore: number;
  readonly doubts: Doubt[];
}

/** What decides who may go. */
export interface Scene {
  /** What the commits on their way touch. */
  readonly busy: ReadonlySet<string>;
  /** Balances that somebody else keeps locked. */
  readonly locked: { has(balanceId: string): boolean };
  readonly now: number;
}

/** Who goes, and who stays, in their order. */
export interface Parted {
  readonly taken: readonly Waiting[];
  readonly left: readonly Waiting[];
}

/** Everything an order touches. */
export function allTouches({ touches: { balances, others } }: Waiting): readonly string[] {
  return [...balances, ...others];
}

/** Whether an order needs a balance that somebody else keeps locked. */
export function isLockedOut({ touches }: Waiting, locked: Scene["locked"]): boolean {
  return touches.balances.some((id) => locked.has(id));
}

/** Parts those who may share the next commit from the line. */
export function partNext(line: readonly Waiting[], { busy, locked, now }: Scene): Parted {
  const taken: Waiting[] = [];
  const left: Waiting[] = [];
  const passed = new Set<string>();
  let movements = 0;
  for (const [index, one] of line.entries()) {
    movements += one.order.movements.length;
    const isFull = taken.length > 0 && (movements > itemsPerCommit || taken[0]?.alone === true);
    if (isFull) return { taken, left: [...left, ...line.slice(index)] };
    if (one.notBefore > now || isLockedOut(one, locked)) {
      left.push(one);
      continue;
    }
    const touches = allTouches(one);
    const mustWait = touches.some((touch) => busy.has(touch) || passed.has(touch));
    if (mustWait || (one.alone && taken.length > 0)) {
      for (const touch of touches) passed.add(touch);
      left.push(one);
      continue;
    }
    taken.push(one);
  }
  return { taken, left };
}
