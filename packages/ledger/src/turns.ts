/** Long work on the thread that answers, done in turns: after a little of it others have theirs. */
import { setImmediate as nextTurn } from "node:timers/promises";

const turnMilliseconds = 10;

/**
 * Makes something of each item, in their order.
 *
 * @param betweenTurns is called when others had their turn; what it throws ends the work
 * @example await inTurns(rows, (row) => find(row), () => signal.throwIfAborted())
 */
export async function inTurns<Item, Made>(
  items: readonly Item[],
  make: (item: Item, index: number) => Made,
  betweenTurns: () => void = () => {},
): Promise<readonly Made[]> {
  const made: Made[] = [];
  let turnEnds = performance.now() + turnMilliseconds;
  for (const [index, item] of items.entries()) {
    made.push(make(item, index));
    if (performance.now() < turnEnds) continue;
    await nextTurn();
    betweenTurns();
    turnEnds = performance.now() + turnMilliseconds;
  }
  return made;
}

/** Work in small steps; others may have their turn behind each. */
export type Steps<Made> = Generator<undefined, Made, undefined>;

/** Takes all steps at once. */
export function ended<Made>(steps: Steps<Made>): Made {
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}

/** Takes all steps, and lets others have their turn every now and then. */
export async function endedInTurns<Made>(steps: Steps<Made>): Promise<Made> {
  let turnEnds = performance.now() + turnMilliseconds;
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() < turnEnds) continue;
    await nextTurn();
    turnEnds = performance.now() + turnMilliseconds;
  }
}
