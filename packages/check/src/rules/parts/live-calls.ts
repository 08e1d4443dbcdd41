/** The calls of an opened page by which its session is seen to end. */
import { type Exchange, holdsAny, NotTested, toldIn } from "../../evidence/index.ts";
import type { BrowserVisit, CheckOptions } from "../../world/index.ts";
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
  const tells = (call: Exchange, text: string) => toldIn(text, call, seen.records) !== undefined;
  const telling = callsOf(seen).filter((call) => tells(call, call.answer.text));
  const live = [];
  for (const call of telling) if (tells(call, (await ask(call)).text)) live.push(call);
  if (telling.length > 0 && live.length === 0)
    throw overByItself("The page's calls could not be sent again even before.");
  return live;
}

/**
 * Whether one of these calls shows what was typed into the page, where that was sent to the app at all: on a busy machine a
 * page is left before it has asked for it.
 */
export function showsWhatWasTyped(
  { records, exchanges }: Pick<Seen, "records" | "exchanges">,
  calls: readonly Exchange[],
): boolean {
  const typed = records.at(-1) ?? "";
  return (
    !exchanges.some(({ requestBody }) => requestBody.includes(typed)) ||
    calls.some(({ answer }) => answer.text.includes(typed))
  );
}

/** What ended a session is not known where it may have been over by itself. */
export function overByItself(what: string): NotTested {
  return new NotTested(
    `${what} Perhaps the session was over by itself.`,
    "It needs a longer life of sessions, or a machine with less to do.",
    "missed",
  );
}

/** Whether a session that was seen to live then may have come to its end since. */
export function mayBeOver(
  { sessionSeconds }: Pick<CheckOptions, "sessionSeconds">,
  livedAt: number,
): boolean {
  return !surelyLives(sessionSeconds, livedAt);
}

/** Many apps count in whole seconds, and round a moment down. In milliseconds. */
const rounding = 1000;

/**
 * Whether what lives for so long, and was given no earlier than then, can't be over by itself.
 *
 * @param since as `performance.now()` counts.
 * @example
 * ```ts
 * surelyLives(300, performance.now()); // true
 * ```
 */
export function surelyLives(seconds: number, since: number): boolean {
  return performance.now() - since <= seconds * 1000 - rounding;
}

const keptOut = new Set([401, 403, 410]);

/**
 * Which call of an open page is kept out by now, of those that had carried any of these marks, in words; nothing where each is
 * answered, or none of them asked for more than a page.
 */
export async function nowRefused(
  { exchanges }: Pick<BrowserVisit, "exchanges">,
  marks: readonly string[],
): Promise<string | undefined> {
  const calls = exchanges.filter(
    ({ answer, isByScript }) => isByScript === true && holdsAny(answer.text, marks),
  );
  for (const call of calls) {
    const { status } = await replay(call);
    if (keptOut.has(status ?? 0)) return `${call.method} ${new URL(call.url).pathname} is answered ${status}`;
  }
  return undefined;
}
