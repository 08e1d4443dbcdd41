/** Long work on the thread that answers, done in turns: after a little of it others have theirs. */
import { setImmediate as nextTurn } from "node:timers/promises";

/** Whoever asks for little has several turns before he is answered. */
const turnMilliseconds = 5;

/**
 * A clock of turns: to be asked between small steps of long work. It says whether others had their turn.
 *
 * @example const turn = createTurns(); for (const item of items) { make(item); await turn(); }
 */
export function createTurns(): () => Promise<boolean> | false {
  let turnEnds = performance.now() + turnMilliseconds;
  return () => {
    if (performance.now() < turnEnds) return false;
    return nextTurn().then(() => {
      turnEnds = performance.now() + turnMilliseconds;
      return true;
    });
  };
}

/**
 * Makes something of each item, in their order.
 *
 * @example await inTurns(rows, (row) => find(row))
 */
export async function inTurns<Item, Made>(
  items: Iterable<Item>,
  make: (item: Item, index: number) => Made,
): Promise<readonly Made[]> {
  const made: Made[] = [];
  const turn = createTurns();
  for (const item of items) {
    made.push(make(item, made.length));
    const others = turn();
    if (others !== false) await others;
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
  const turn = createTurns();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    const others = turn();
    if (others !== false) await others;
  }
}
