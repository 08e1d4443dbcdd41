/**
 * The sessions of an opened page. A session is what alone lets a call in that is refused without anything: no name says so,
 * and tokens against forged requests, visitors' cookies and ids of authors look the same.
 */
import { type Answer, bitsOf, type Exchange, succeeded } from "../../evidence/index.ts";
import { another } from "./invented-links.ts";
import { credentialsIn, hardToGuessIn, replay, swapped } from "./replaying.ts";
import type { Seen } from "./seen.ts";

const leastBits = 80;
/** What is asked of an app whose pages carry much has an end. */
const mostValues = 12;
const mostCallsEach = 3;
const keptOut = new Set([401, 403, 410]);

/** Asks the app while the sessions live: each call without anything, and with one value alone. */
export async function sessionsOf(
  seen: Pick<Seen, "urls" | "exchanges" | "marks">,
  ask: (call: Exchange) => Promise<Answer> = replay,
): Promise<readonly string[]> {
  const { origin } = new URL(seen.urls[0]);
  const calls = seen.exchanges
    .filter(({ url, answer }) => new URL(url).origin === origin && succeeded(answer))
    .toSorted((left, right) => rank(left, seen) - rank(right, seen));
  // A record's id in an address lets nobody in by itself, and is not found to be a session.
  const named = calls.flatMap(credentialsIn);
  const values = [...new Set([...named, ...calls.flatMap(hardToGuessIn)])]
    .filter((value) => bitsOf(value) >= leastBits && !seen.marks.includes(value))
    .slice(0, mostValues);
  const isClosed = rememberedBy(async (call: Exchange) => {
    const bare = swapped(call, withoutAny(values, call));
    return bare !== undefined && keptOut.has((await ask(bare)).status ?? 0);
  });
  const sessions: string[] = [];
  for (const value of values) {
    const others = values.filter((one) => one !== value);
    const carrying = calls.filter((one) => [...credentialsIn(one), ...hardToGuessIn(one)].includes(value));
    for (const call of carrying.slice(0, mostCallsEach)) {
      if (!(await isClosed(call))) continue;
      if (!succeeded(await ask(swapped(call, withoutAny(others, call)) ?? call))) continue;
      sessions.push(value);
      break;
    }
  }
  return sessions;
}

/** In an address another one stands in its place, which would lead elsewhere without it. */
function withoutAny(values: readonly string[], call: Exchange) {
  const inAddress = new Set(hardToGuessIn(call));
  return values.map((value) => [value, inAddress.has(value) ? another(value) : ""] as const);
}

/** What shows the tenant's records is closed, if anything is; what only reads is asked before what writes. */
function rank({ method, answer }: Exchange, { marks }: Pick<Seen, "marks">): number {
  const isWriting = method !== "GET" && method !== "HEAD";
  return (isWriting ? 2 : 0) + (marks.some((mark) => answer.text.includes(mark)) ? 0 : 1);
}

function rememberedBy<Key, Result>(find: (key: Key) => Promise<Result>): (key: Key) => Promise<Result> {
  const known = new Map<Key, Promise<Result>>();
  return (key) => {
    const found = known.get(key) ?? find(key);
    known.set(key, found);
    return found;
  };
}
