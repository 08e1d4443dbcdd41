/** The calls of an opened page by which its session is seen to end. */
import { type Exchange, NotTested } from "../evidence/index.ts";
import { callsOf } from "./portal-seen.ts";
import { replay } from "./replaying.ts";
import type { Seen } from "./seen.ts";

/**
 * Those that carried the tenant's records and, sent again, still do: a session may be over by itself while a busy machine
 * opens its page, and one that has ended shows nothing of what ended it.
 *
 * @throws NotTested where none of them does any more.
 */
export async function liveCalls(
  seen: Seen,
  ask: (call: Exchange) => ReturnType<typeof replay> = replay,
): Promise<readonly Exchange[]> {
  const tells = (text: string) => seen.records.some((mark) => text.includes(mark));
  const telling = callsOf(seen).filter(({ answer }) => tells(answer.text));
  const live = [];
  for (const call of telling) if (tells((await ask(call)).text)) live.push(call);
  if (telling.length > 0 && live.length === 0)
    throw new NotTested(
      "The page's calls could not be sent again even before, perhaps since its session was over by itself.",
      "It needs a longer life of sessions, or a machine with less to do.",
      "missed",
    );
  return live;
}
