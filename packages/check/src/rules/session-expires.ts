import {
  type Answer,
  type Exchange,
  fail,
  missed,
  NothingShown,
  NotTested,
  pass,
  refused,
  toldIn,
  type Verdict,
  warning,
} from "../evidence/index.ts";
import { installed, pause } from "../world/index.ts";
import { callsOf, seeTenant } from "./parts/portal-seen.ts";
import { replay } from "./parts/replaying.ts";
import { defineRule } from "./rule.ts";

const margin = 1500;
const longest = 120;

export default defineRule({
  id: "session-expires",
  title: "A session that nobody uses ends",
  section: "7",
  holdsTo: "Sessions 5 to 15 minutes, extended by use; expired → 410, the same for the page's own calls.",
  severity: "serious",
  how: "The portal is opened in Chromium and left alone until its session's life is over; then the page's own calls are sent again. What answers JSON has to refuse in JSON.",
  fix: "Store when a session ends, move that on with each use, and refuse it afterwards with status 410.",
  needs: ["waiting", "browser"],
  observe: async (world) => {
    const { sessionSeconds, linkSeconds } = world.options;
    if (sessionSeconds > longest)
      throw new NotTested(
        `A session is said to live for ${sessionSeconds} s, longer than a check may take.`,
        "Start the app with a life of a few seconds and say so with --session-ttl.",
      );
    const seen = await seeTenant(world, await installed(world));
    const telling = callsOf(seen).filter(
      (call) => toldIn(call.answer.text, call, seen.records) !== undefined,
    );
    await pause(Math.max(sessionSeconds, linkSeconds) * 1000 + margin);
    const again = [];
    for (const call of telling) again.push({ call, answer: await replay(call) });
    return { marks: seen.records, again };
  },
  judge: judgeExpiry,
});

type Seen = {
  readonly marks: readonly string[];
  /** The page's calls, with what they were answered when the session's life was over. */
  readonly again: readonly { readonly call: Exchange; readonly answer: Answer }[];
};

export function judgeExpiry({ marks, again }: Seen): Verdict {
  if (again.length === 0)
    throw new NothingShown(
      "The page made no call that carried a tenant's records.",
      "It needs a page that shows something of the ledger or of what was typed in.",
    );
  const open = again.find(({ call, answer }) => toldIn(answer.text, call, marks) !== undefined);
  if (open !== undefined)
    // On a busy machine the last use of it may have been answered when the page was closed already.
    return missed(
      fail(
        `After the session's life ${nameOf(open.call)} still answered ${open.answer.status} with the tenant's records.`,
      ),
    );
  const unread = again.find(({ call, answer }) => isJson(call.answer) && refused(answer) && !isJson(answer));
  return unread === undefined
    ? pass(
        `${again.length} calls after the session's life, all refused (${[...new Set(again.map(({ answer }) => answer.status))].join(", ")}).`,
      )
    : warning(
        `After the session's life ${nameOf(unread.call)}, which answers JSON, was refused with ${unread.answer.headers["content-type"] ?? "no type"}: its page can't read why.`,
      );
}

function nameOf({ method, url }: Exchange): string {
  return `${method} ${new URL(url).pathname}`;
}

function isJson({ headers }: Answer): boolean {
  return (headers["content-type"] ?? "").includes("json");
}
