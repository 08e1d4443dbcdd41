import {
  type Answer,
  describeAnswer,
  type Exchange,
  fail,
  harm,
  holdsAny,
  missed,
  NothingShown,
  NotTested,
  pass,
  succeeded,
  toldIn,
  type Verdict,
  warning,
} from "../evidence/index.ts";
import { enter, install, installed, type Tenant, uninstall, type World } from "../world/index.ts";
import { liveCalls, mayBeOver, overByItself, showsWhatWasTyped } from "./parts/live-calls.ts";
import { seeTenant } from "./parts/portal-seen.ts";
import { replay } from "./parts/replaying.ts";
import type { Seen as PageSeen } from "./parts/seen.ts";
import { defineRule } from "./rule.ts";
import uninstallEndsLaunch from "./uninstall-ends-launch.ts";

export default defineRule({
  id: "session-ends-with-uninstall",
  title: "An uninstall ends the sessions that are open, and no other installation's",
  section: "7",
  holdsTo:
    "Checked on every page load and every API call, together with whether the installation is still active.",
  severity: "critical",
  how: "A portal is opened in Chromium, the installation is uninstalled, and the page's own calls and its link are sent again with the same session; the calls once more when the app is installed again in the same instance. So are the calls of a page of another instance, opened by the same member, which must be answered as before.",
  fix: "Look at each request whether the session's installation is still active, or delete its sessions in the transaction that ends it. A token that is only signed has to be held against the installation too. End no session but those of the installation that installed_app_id names: a member has others.",
  standsOn: [uninstallEndsLaunch],
  needs: ["browser"],
  observe: async (world) => {
    const tenant = await installed(world);
    const neighbour = await installed(world, { ledger: "b", beside: tenant });
    const [seen, seenBeside] = await Promise.all([seeTenant(world, tenant), seeTenant(world, neighbour)]);
    const telling = await liveCalls(seen);
    const beside = await callsBeside(seenBeside);
    const livedAt = performance.now();
    const ended = await uninstall(world, seen.tenant);
    if (!succeeded(ended))
      throw new NotTested(
        `The uninstall event was not accepted: the app ${describeAnswer(ended)}.`,
        "It needs an app that can be uninstalled; see the rule uninstall-accepted.",
      );
    const again = await Promise.all(telling.map(async (call) => ({ call, answer: await replay(call) })));
    const besideAgain = await Promise.all(beside.map(async (call) => ({ call, answer: await replay(call) })));
    const besideAt = performance.now();
    const late = mayBeOver(world.options, livedAt);
    const link = await enter(seen.urls[1]);
    const reopened = await afterReinstall(world, tenant, telling);
    const { linkSeconds, sessionSeconds } = world.options;
    const isOverBeside = besideAt - seenBeside.secondAt > 1000 * Math.min(linkSeconds, sessionSeconds);
    const harmed = isOverBeside
      ? unharmed
      : harmedBeside(again, besideAgain, seenBeside.records.at(-1) ?? "");
    return {
      ...harmed,
      marks: seen.records,
      again,
      late,
      link: link.page,
      reopened,
      isLearned: showsWhatWasTyped(seen, telling),
    };
  },
  judge: judgeEnded,
});

/** A call of a page with what it was answered when it was sent again. */
type Again = { readonly call: Exchange; readonly answer: Answer };

/** What became of another installation's session and records. */
type HarmedBeside = { readonly endedBeside: Again | undefined; readonly lost: Exchange | undefined };

const unharmed: HarmedBeside = { endedBeside: undefined, lost: undefined };

type Seen = HarmedBeside & {
  readonly marks: readonly string[];
  readonly again: readonly Again[];
  /** Whether the session may have been over by itself. */
  readonly late: boolean;
  readonly link: Pick<Answer, "text">;
  /** The page's calls again, when the app had been installed anew in the same instance. */
  readonly reopened: readonly Again[];
  /** Whether what was typed in was seen to come back. */
  readonly isLearned: boolean;
};

/** What still answers counts before what answers no more, which may have another reason. */
export function judgeEnded({
  marks,
  again,
  endedBeside,
  lost,
  late,
  link,
  reopened,
  isLearned,
}: Seen): Verdict {
  if (again.length === 0)
    throw new NothingShown(
      "The page made no call that carried a tenant's records.",
      "It needs a page that shows something of the ledger or of what was typed in.",
    );
  const open = again.filter(({ call, answer }) => toldIn(answer.text, call, marks) !== undefined);
  const [first] = open;
  if (first !== undefined)
    return harm(
      fail(
        `After the uninstall ${first.call.method} ${new URL(first.call.url).pathname} still answered ${first.answer.status} with the tenant's records.`,
      ),
    );
  if (holdsAny(link.text, marks))
    return harm(fail("After the uninstall the portal link still opened a page with the tenant's records."));
  const returned = reopened.find(
    ({ call, answer }) => succeeded(answer) && toldIn(answer.text, call, marks) !== undefined,
  );
  if (returned !== undefined)
    return harm(
      fail(
        `When the app was installed again in the same instance, ${returned.call.method} ${new URL(returned.call.url).pathname} answered ${returned.answer.status} with records in a session of the installation that had ended.`,
      ),
    );
  if (endedBeside !== undefined)
    return missed(
      fail(
        `After the uninstall ${endedBeside.call.method} ${new URL(endedBeside.call.url).pathname} was refused (${endedBeside.answer.status}) in the session of another installation, which it was answered in just before.`,
      ),
    );
  if (lost !== undefined)
    return missed(
      fail(
        `After the uninstall ${lost.method} ${new URL(lost.url).pathname} no longer showed what had been typed in at another installation: its records went with those of the one that ended.`,
      ),
    );
  if (late)
    throw overByItself(
      "After the uninstall the page's calls were refused, long after they were last answered.",
    );
  // The call that would show it may be the very one that goes on answering.
  if (!isLearned)
    throw new NotTested(
      "What was typed into the page was sent to the app and not seen to come back, so that not each call that shows records was learned.",
      "It needs a page that shows what was typed in, or a machine with less to do.",
      "missed",
    );
  const answered = again.find(({ answer }) => succeeded(answer));
  if (answered !== undefined)
    return warning(
      `After the uninstall ${answered.call.method} ${new URL(answered.call.url).pathname}, which had shown the tenant's records, still answered ${answered.answer.status}, though without them: whoever is gone is to be answered 403.`,
    );
  return pass(
    `${again.length} calls sent again after the uninstall, all without records (${[...new Set(again.map(({ answer }) => answer.status))].join(", ")}).`,
  );
}

/**
 * The calls of another installation's page that are live. Of its last visit: what is left of its first one may be over by
 * itself at any moment.
 */
export async function callsBeside(seen: PageSeen, ask?: typeof replay): Promise<readonly Exchange[]> {
  return liveCalls({ ...seen, exchanges: seen.second.exchanges }, ask).catch(noneKnown);
}

/**
 * Which calls of another installation's page are answered otherwise than before.
 *
 * @param ended those of the installation that was uninstalled.
 * @param typed what had been typed in at the other one: of that nothing may be gone.
 */
export function harmedBeside(ended: readonly Again[], beside: readonly Again[], typed: string): HarmedBeside {
  const ends = endingsOf(ended.map(({ answer }) => answer));
  const lost = beside.find(
    ({ call, answer }) =>
      call.answer.text.includes(typed) && succeeded(answer) && !answer.text.includes(typed),
  );
  return { endedBeside: beside.find(({ answer }) => ends(answer)), lost: lost?.call };
}

/** A session belongs to the installation it was opened in, and comes back with no other. */
async function afterReinstall(world: World, ended: Tenant, calls: readonly Exchange[]) {
  const newer = world.tenant({ inPlaceOf: ended });
  if (!succeeded(await install(world, newer))) return [];
  const reopened = await Promise.all(calls.map(async (call) => ({ call, answer: await replay(call) })));
  await uninstall(world, newer);
  return reopened;
}

/** What says that a session is over: 404 only where this app answers so in those that an uninstall has ended. */
function endingsOf(ended: readonly Answer[]): (answer: Answer) => boolean {
  const statuses = new Set<number | null>(
    ended.some(({ status }) => status === 404) ? [401, 403, 404, 410] : [401, 403, 410],
  );
  return ({ status }) => statuses.has(status);
}

/** What can't be said of the page beside it lets nothing go that is seen of the page itself. */
function noneKnown(error: unknown): readonly Exchange[] {
  if (error instanceof NotTested) return [];
  throw error;
}
