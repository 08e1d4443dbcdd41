import { type CloudCall, fail, harm, NotTested, pass, seen, standingOn } from "../evidence/index.ts";
import { type Tenant, uninstall, until } from "../world/index.ts";
import { beginWork } from "./parts/beginning.ts";
import { effectOf, isWrite, quiet } from "./parts/watching.ts";
import { judgeWork, ordinaryWrites, seeWork, workKind } from "./parts/work.ts";
import { defineRule } from "./rule.ts";
import workAfterAnswer from "./work-after-answer.ts";

const longest = 15_000;
/** Until somebody whose answer was lost finds out what became of it, or does it again: a first pause may take seconds. */
const longestPause = 10_000;

export default defineRule({
  id: "cut-after-commit",
  title: "A write whose answer was lost is not done twice",
  section: "8",
  holdsTo:
    "What a lost answer leaves open is found out before it is done again: a write carries a reference of its own, or is looked for first.",
  severity: "critical",
  how: "The first write of each kind in the work after an install is carried out by the ledger and its connection is cut before the answer; afterwards it is counted what the ledger took twice, and the rest of the work has to get done.",
  fix: "Give each transaction a reference made of the installation and what it is about, and send the same one again; before you create a ledger, balance or identity again, look whether it is there. Where the ledger says that a reference is used already, and it is your own, that step is done.",
  findingsStandOn: [workAfterAnswer],
  needs: ["start"],
  pace: "work",
  observe: async (world) => {
    const ordinary = await ordinaryWrites(world);
    // On the other ledger an app that looks for what is there finds less of it.
    const tenant = world.tenant({ ledger: "b" });
    const cut = new Map<string, CloudCall>();
    const begun = await beginWork(world, tenant, () =>
      world.front.weather(tenant, (call) => {
        const what = workKind(call);
        if (!isWrite(call) || cut.has(what)) return undefined;
        cut.set(what, call);
        return "cut";
      }),
    );
    const calls = () => tenant.calls.slice(begun.known);
    const inVain = () => triedInVain(calls());
    if (ordinary.inFront) await until(() => cut.size > 0, longest);
    // Of what is done while somebody waits for it he is told that it came to nothing; there is no rest to be done later.
    const work = ordinary.inFront
      ? undefined
      : await seeWork(world, tenant, ordinary, { begun, isOver: () => inVain() !== undefined });
    await until(() => [...cut.values()].every((call) => isFollowed(call, tenant)), longestPause);
    await quiet(world, tenant, longest);
    await begun.clear();
    await uninstall(world, tenant);
    return { cut: cut.size, twice: takenTwice(calls()), work, inVain: inVain() };
  },
  judge: ({ cut, twice, work, inVain }) => {
    if (cut === 0)
      throw new NotTested(
        "The app wrote nothing after this install.",
        "It needs an app that works in the background.",
        "missed",
      );
    if (twice.length > 0)
      return harm(
        seen(
          fail(
            `After its answer was lost the app did it again, and the ledger has it twice: ${twice.join("; ")}.`,
          ),
        ),
      );
    if (inVain !== undefined)
      return seen(
        fail(
          `What the ledger had taken when its answer was lost the app sent again and again under the same reference, which the ledger refuses as used: ${inVain}. It never learns that this is done.`,
        ),
      );
    const rest = work === undefined ? pass("") : judgeWork(work, `after ${cut} answers were lost`);
    // Who tries nothing again on any bad day has lost nothing more on this one.
    return rest.verdict === "pass"
      ? pass(`${cut} answers were lost, nothing is there twice.`)
      : standingOn([workAfterAnswer], rest);
  },
});

/** Whether anything was asked after a call; what is done again after a pause is not there before. */
function isFollowed(call: CloudCall, { calls }: Tenant): boolean {
  return calls.at(-1) !== call;
}

/** More tries than anybody makes who has read the first refusal. */
const leastInVain = 4;

/**
 * A write that was taken, and then refused each time it came again. Before it was taken it may have been refused for
 * another reason, and who has read it since knows that it is done.
 */
export function triedInVain(calls: readonly CloudCall[]): string | undefined {
  const again = calls.find((first, place) => {
    if (!isWrite(first) || !isTaken(first)) return false;
    const later = calls.slice(place + 1);
    const same = later.filter((call) => effectOf(call) === effectOf(first));
    return (
      same.filter(isRefused).length >= leastInVain &&
      !same.some(isTaken) &&
      !later.some((call) => reads(call, first))
    );
  });
  return again === undefined ? undefined : `${again.method} ${again.path.split("?")[0]}`;
}

function isTaken({ status }: CloudCall): boolean {
  return status !== null && status < 300;
}

/** Whether a question was answered with what a write has made. */
function reads(call: CloudCall, { body }: CloudCall): boolean {
  const reference = referenceIn(body);
  return !isWrite(call) && isTaken(call) && reference !== undefined && call.answerBody.includes(reference);
}

function referenceIn(body: string): string | undefined {
  return /"reference"\s*:\s*"([^"]+)"/.exec(body)?.[1];
}

function isRefused({ status }: CloudCall): boolean {
  return status !== null && status >= 400 && status < 500 && status !== 401 && status !== 429;
}

function kindOf({ method, path, body }: CloudCall): string {
  return `${method} ${path.split("?")[0]} ${withoutReference(body)}`;
}

/** What two tries of one thing have in common when each was given a reference of its own. */
function withoutReference(body: string): string {
  return body.replaceAll(/"(reference|idempotency_key|id|created_at|timestamp)"\s*:\s*"[^"]*"/g, "");
}

/** Puts something as it shall be, so that the same once more leaves it as it is: no second of anything. */
function isSetting({ method, path }: CloudCall): boolean {
  const { pathname } = new URL(path, "http://cloud");
  return method === "PUT" ? !pathname.includes("/inflight/") : pathname.endsWith("/metadata");
}

/**
 * Writes that the ledger took more than once, by what they say. Two under one reference are one: the ledger may answer
 * the second as it did the first while the first waits in its queue, and then lets one of them through.
 */
export function takenTwice(calls: readonly CloudCall[]): readonly string[] {
  const taken = new Map<string, Set<string>>();
  for (const [index, call] of calls.entries()) {
    if (!isWrite(call) || isSetting(call) || call.status === null || call.status >= 300) continue;
    const kind = kindOf(call);
    const reference = referenceIn(call.body) ?? `call ${index}`;
    taken.set(kind, (taken.get(kind) ?? new Set()).add(reference));
  }
  return [...taken]
    .filter(([, references]) => references.size > 1)
    .map(
      ([kind, references]) => `${references.size} × ${kind.length > 120 ? `${kind.slice(0, 120)}…` : kind}`,
    );
}
