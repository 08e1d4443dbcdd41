import { fail, NotTested, pass } from "../evidence/index.ts";
import { callsOf, type Seen, seePortal } from "./portal-seen.ts";
import { replay, sessionSwaps, withoutSession } from "./replaying.ts";
import { defineRule } from "./rule.ts";

type Attempt = { readonly what: string; readonly got: string | undefined };

export default defineRule({
  id: "tenants-in-calls",
  title: "One tenant's calls with another's session, or with none, give nothing away",
  section: "7",
  holdsTo:
    "The session is checked on every page load and every API call; what is asked for belongs to its installation.",
  severity: "critical",
  how: "The page's own calls are learned by watching it in Chromium; each is sent again with the session of another tenant and without any, and the answers are searched for the first tenant's records.",
  fix: "Look records up by their id and the session's installation together, and answer 404 when there is none; check the session in one place in front of every route.",
  needs: ["browser"],
  observe: async (world) => {
    const { a, b } = await seePortal(world);
    return [...(await attempts(a, b)), ...(await attempts(b, a))];
  },
  judge: (attempts) => {
    if (attempts.length === 0)
      throw new NotTested(
        "The page made no call that carried a tenant's records.",
        "It needs a page that shows something of the ledger or of what was typed in.",
      );
    const leaks = attempts.filter(({ got }) => got !== undefined);
    return leaks.length === 0
      ? pass(`${attempts.length} calls sent again with another session or none, nothing came back.`)
      : fail(
          leaks
            .map(({ what, got }) => `${what} answered with ${got}.`)
            .slice(0, 4)
            .join(" "),
        );
  },
});

async function attempts(owner: Seen, other: Seen): Promise<readonly Attempt[]> {
  const telling = callsOf(owner).filter(({ answer }) => markIn(answer.text, owner) !== undefined);
  const made: Attempt[] = [];
  for (const call of telling) {
    const name = `${call.method} ${new URL(call.url).pathname}`;
    const foreign = await replay(call, sessionSwaps(owner, other));
    made.push({ what: `With another tenant's session ${name}`, got: markIn(foreign.text, owner) });
    const none = await replay(call, withoutSession(owner));
    made.push({ what: `Without a session ${name}`, got: markIn(none.text, owner) });
  }
  return made;
}

/** A record's mark in a text; ids are echoed by honest refusals, so they don't count. */
function markIn(text: string, { marks }: Seen): string | undefined {
  return marks.slice(0, 2).find((mark) => text.includes(mark));
}
