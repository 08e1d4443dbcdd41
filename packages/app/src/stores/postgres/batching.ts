/**
 * What arrives while a round trip is under way goes together in the next one. A commit's flush and a round trip cost
 * many times what a row costs, so under load this alone is worth several times the throughput; a lone item waits for
 * nothing but its own turn. Nobody waits past the time that he was given when he came.
 */
import { overdue } from "./failures.ts";
import { isPast, usualDeadline } from "./waiting.ts";

export function createBatching<Item, Value>(
  carryOut: (items: readonly Item[], deadline: number) => Promise<readonly Value[]>,
  { atOnce, most }: { readonly atOnce: number; readonly most: number },
): (item: Item) => Promise<Value> {
  type Member = {
    readonly item: Item;
    readonly deadline: number;
    readonly resolve: (value: Value) => void;
    readonly reject: (error: unknown) => void;
  };
  let waiting: Member[] = [];
  let underWay = 0;
  let isDue = false;

  const flush = () => {
    isDue = false;
    // In the order in which they came, so those that are too late come first.
    while (waiting[0] !== undefined && isPast(waiting[0].deadline)) waiting.shift()?.reject(overdue());
    while (waiting.length > 0 && underWay < atOnce) {
      const members = waiting.slice(0, most);
      waiting = waiting.slice(most);
      underWay += 1;
      void send(members);
    }
  };
  const send = async (members: readonly Member[]) => {
    try {
      const deadline = members[0]?.deadline ?? usualDeadline();
      const values = await carryOut(
        members.map(({ item }) => item),
        deadline,
      );
      for (const [index, member] of members.entries()) member.resolve(values[index] as Value);
    } catch (error) {
      for (const member of members) member.reject(error);
    } finally {
      underWay -= 1;
      flush();
    }
  };
  return (item) =>
    new Promise<Value>((resolve, reject) => {
      waiting.push({ item, deadline: usualDeadline(), resolve, reject });
      if (isDue || underWay >= atOnce) return;
      isDue = true;
      // After the turn's input has been read, so that all of it is in the batch.
      setImmediate(flush);
    });
}
