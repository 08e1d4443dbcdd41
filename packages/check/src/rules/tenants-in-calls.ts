import { randomBytes } from "node:crypto";
import {
  bitsOf,
  type Exchange,
  fail,
  firstOf,
  givenAway,
  harm,
  NothingShown,
  pass,
  seen,
} from "../evidence/index.ts";
import { isAgainstCaches } from "../world/index.ts";
import { callsOf, seePortal } from "./parts/portal-seen.ts";
import { replay, sessionSwaps, swapped, valuesIn, withoutSession } from "./parts/replaying.ts";
import type { Seen } from "./parts/seen.ts";
import { defineRule } from "./rule.ts";

type Attempt = { readonly what: string; readonly got: string | undefined };

export default defineRule({
  id: "tenants-in-calls",
  title: "One tenant's calls with another's session, or with none, give nothing away",
  section: "7",
  holdsTo:
    "The session is checked on every page load and every API call; what is asked for belongs to its installation.",
  severity: "critical",
  how: "The page's own calls are learned by watching it in Chromium; each is sent again with the session of another tenant and without any, and the answers are searched for the first tenant's records; what the first wrote is written again by the others, and looked for in the first's page.",
  fix: "Look records up by their id and the session's installation together, and answer 404 when there is none; check the session in one place in front of every route.",
  needs: ["browser"],
  observe: async (world) => {
    const { a, b } = await seePortal(world);
    return [...(await readings(a, b)), ...(await readings(b, a)), ...(await writings(a, b))];
  },
  judge: (attempts) => {
    if (attempts.length === 0)
      throw new NothingShown(
        "The page made no call that carried a tenant's records.",
        "It needs a page that shows something of the ledger or of what was typed in.",
      );
    const leaks = attempts.filter(({ got }) => got !== undefined);
    return leaks.length === 0
      ? pass(`${attempts.length} calls sent again with another session or none, nothing came back.`)
      : harm(
          seen(
            fail(
              ...firstOf(
                leaks.map(({ what, got }) => `${what} answered with ${got}.`),
                4,
              ),
            ),
          ),
        );
  },
});

/** The calls that showed something of their tenant, asked by another and by nobody. */
async function readings(owner: Seen, other: Seen): Promise<readonly Attempt[]> {
  const made: Attempt[] = [];
  for (const call of callsOf(owner).filter((one) => markIn(one.answer.text, one, owner) !== undefined)) {
    // What the tester himself writes comes back to whoever writes it; writings are tried below.
    if (call.requestBody.includes(owner.records.at(-1) ?? "")) continue;
    const name = `${call.method} ${new URL(call.url).pathname}`;
    for (const { by, swaps } of intruders(owner, other)) {
      const tried = swapped(call, swaps);
      if (tried === undefined) continue;
      made.push({ what: `With ${by} ${name}`, got: markIn((await replay(tried)).text, call, owner) });
    }
    // There is nothing to leave out: whoever knows the tenant's ids can send the very same.
    if (carriesNothing(call, owner))
      made.push({ what: `With no session ${name}`, got: markIn((await replay(call)).text, call, owner) });
  }
  return made;
}

/** What one tenant wrote, written again by another and by nobody with other words, which the first must not find. */
async function writings(owner: Seen, other: Seen): Promise<readonly Attempt[]> {
  const own = owner.records.at(-1) ?? "";
  const made: Attempt[] = [];
  for (const call of callsOf(owner).filter(({ requestBody }) => requestBody.includes(own))) {
    const name = `${call.method} ${new URL(call.url).pathname}`;
    for (const { by, swaps } of intruders(owner, other)) {
      const intruder = `Intruder${randomBytes(6).toString("hex")}`;
      const tried = swapped(call, swaps);
      if (tried === undefined) continue;
      await replay({ ...tried, requestBody: tried.requestBody.replaceAll(own, intruder) });
      const found = await isFound(owner, intruder);
      made.push({
        what: `After ${name} with ${by}, the first tenant's page`,
        got: found ? intruder : undefined,
      });
    }
  }
  return made;
}

/** Whether nothing in a call could be a session, however short, but the tenant's own ids. */
function carriesNothing(call: Exchange, owner: Seen): boolean {
  return valuesIn(call).every(
    (value) => owner.marks.includes(value) || isAgainstCaches(value) || !couldBeSecret(value),
  );
}

function couldBeSecret(value: string): boolean {
  return bitsOf(value) >= (/\d/.test(value) ? 30 : 60);
}

function intruders(owner: Seen, other: Seen) {
  return [
    { by: "another tenant's session", swaps: sessionSwaps(owner, other) },
    { by: "no session", swaps: withoutSession(owner) },
  ];
}

/** Whether a text stands in what the tenant's own page asks for. */
async function isFound(owner: Seen, text: string): Promise<boolean> {
  for (const call of callsOf(owner).filter(({ method }) => method === "GET"))
    if ((await replay(call)).text.includes(text)) return true;
  return false;
}

/** A record's mark in an answer; what the call itself had said is echoed by honest answers, as the tenant's ids are. */
function markIn(text: string, call: Exchange, { records }: Seen): string | undefined {
  return givenAway(text, call, records);
}
