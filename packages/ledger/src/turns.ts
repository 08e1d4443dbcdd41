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
