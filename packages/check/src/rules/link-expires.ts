import {
  type Answer,
  bitsOf,
  describeAnswer,
  type Exchange,
  fail,
  holdsAny,
  missed,
  NotTested,
  pass,
  succeeded,
  tokensOf,
  type Verdict,
  warning,
} from "../evidence/index.ts";
import { enter, installed, launch, openFrame, pause, type World } from "../world/index.ts";
import { plain } from "./parts/invented-links.ts";
import { mustBeWhole } from "./parts/judging.ts";
import { credentialsIn, replay } from "./parts/replaying.ts";
import { defineRule } from "./rule.ts";

const margin = 1500;
/** The part of its life after which a link is used once more. */
const usedAt = 0.6;
const longest = 120;

export default defineRule({
  id: "link-expires",
  title: "A portal link stops working after its life",
  section: "7",
  holdsTo: "Use a short-lived token so the portal link expires after a few minutes; expired → 410.",
  severity: "critical",
  how: "A portal URL is opened, once more when more than half of its life is over, and again when all of it is; where the page is a shell that is the same for every token, what it shows in Chromium counts. Where the page exchanges the link for a session, that call is sent again as well.",
  fix: "Store when a token ends and refuse it afterwards with status 410 and a page that says to launch again.",
  needs: ["waiting"],
  opensPage: true,
  observe: async (world): Promise<Seen> => {
    const { linkSeconds } = world.options;
    if (linkSeconds > longest)
      throw new NotTested(
        `A link is said to live for ${linkSeconds} s, longer than a check may take.`,
        "Start the app with a life of a few seconds and say so with --link-ttl.",
      );
    const tenant = await installed(world, { ledger: "a" });
    const isBrowsed = await world.browser().then(
      () => true,
      () => false,
    );
    const askedAt = performance.now();
    // The page's exchange is learned by this one, whose life has to be over no later than the other's.
    const other = await launch(world, tenant);
    const url = await launch(world, tenant);
    const began = performance.now();
    const isOver = () => performance.now() - askedAt > linkSeconds * 1000;
    const untilPart = (part: number) =>
      pause(Math.max(0, began + linkSeconds * part * 1000 - performance.now()));
    const watching = isBrowsed ? exchangesOf(world, [other, url]) : Promise.resolve([]);
    const watched = watching.then((exchanges) => ({ exchanges, isLate: isOver() }));
    // It is awaited seconds later, and one that fails sooner would end the checker.
    watched.catch(() => undefined);
    const good = (await enter(url)).page;
    await untilPart(usedAt);
    await enter(url);
    const isUsedLate = isOver();
    const { exchanges, isLate } = await watched;
    // A link that lives on by being used would, until half as long again.
    await untilPart(1);
    await pause(margin);
    const late = (await enter(url)).page;
    const shell = late.status !== null && late.status < 300;
    const frame = shell ? await openFrame(world, url) : undefined;
    const visit = await frame?.look();
    await frame?.close();
    const again = await Promise.all(exchanges.map(async (call) => ({ call, answer: await replay(call) })));
    return {
      isLate: isUsedLate || isLate,
      exchanged: again.find(({ answer }) => succeeded(answer))?.call,
      marks: world.cloud.marks.a,
      good,
      late,
      html: visit?.html,
      refusals: (visit?.exchanges ?? []).filter(({ answer }) => (answer.status ?? 0) >= 400).length,
    };
  },
  judge: judgeExpired,
});

/** What stands against the app does so however late it was; what was not seen in time may be there all the same. */
export function judgeExpired(seen: Seen): Verdict {
  const verdict = judgeLate(seen);
  if (verdict.verdict !== "pass" || !seen.isLate) return verdict;
  throw new NotTested(
    "The link was over before it was used once more, or before its page was seen in Chromium.",
    "It needs a longer life of links, or a machine with less to do.",
    "missed",
  );
}

const leastBits = 80;

/**
 * The calls by which a page gives a link for a session: they carry its token and nothing else that would let them in, and are
 * answered with what later calls carry.
 */
async function exchangesOf(world: World, urls: readonly [string, string]): Promise<readonly Exchange[]> {
  const [token = ""] = tokensOf(urls);
  const [url] = urls;
  if (bitsOf(token) < leastBits) return [];
  const frame = await openFrame(world, url).catch((error: unknown) => {
    if (error instanceof NotTested) return undefined;
    throw error;
  });
  const { exchanges = [] } = (await frame?.look()) ?? {};
  await frame?.close();
  const { origin } = new URL(url);
  return exchangesAmong(
    exchanges.filter((call) => call.url !== url && new URL(call.url).origin === origin),
    token,
  );
}

/** Those of a page's calls, which are in order. */
export function exchangesAmong(calls: readonly Exchange[], token: string): readonly Exchange[] {
  return calls.filter((call, place) => {
    const given = `${call.answer.headers["set-cookie"] ?? ""} ${call.answer.text}`;
    return (
      carries(call, token) &&
      succeeded(call.answer) &&
      !otherCredentials(call, token).some((value) => bitsOf(value) >= leastBits) &&
      calls
        .slice(place + 1)
        .flatMap((later) => otherCredentials(later, token))
        .some((value) => bitsOf(value) >= leastBits && given.includes(value))
    );
  });
}

/** Where it came from a page tells with each of its calls, whatever they are for. */
function carries({ url, requestHeaders, requestBody }: Exchange, token: string): boolean {
  const { referer: _, ...headers } = requestHeaders;
  return `${url} ${JSON.stringify(headers)} ${requestBody}`.includes(token);
}

function otherCredentials(call: Exchange, token: string): readonly string[] {
  return credentialsIn(call).filter((value) => value !== token);
}

type Seen = {
  /** Whether the link was used, or its page seen in Chromium, when its life was over already. */
  readonly isLate: boolean;
  /** The call that gave a session for the link when its life was over. */
  readonly exchanged: Exchange | undefined;
  readonly marks: readonly string[];
  readonly good: Answer;
  readonly late: Answer;
  readonly html: string | undefined;
  readonly refusals: number;
};

function judgeLate({ exchanged, marks, good, late, html, refusals }: Seen): Verdict {
  if (exchanged !== undefined)
    return fail(
      `After its life the link was still exchanged for a session, by ${exchanged.method} ${new URL(exchanged.url).pathname}: what ends is the page alone.`,
    );
  if (late.status === null || late.status >= 500)
    return fail(`An expired link broke the app: it ${describeAnswer(late)}.`);
  if (late.status >= 400)
    return late.status === 410
      ? pass("Answered 410.")
      : warning(`Refused, but with ${late.status} instead of 410.`);
  if (holdsAny(`${html ?? ""}${late.text}`, marks))
    return fail("After its life the link still showed the ledger's records.");
  mustBeWhole([good, late]);
  if (plain(late) === plain(good))
    return refusals > 0
      ? pass("The page is a shell; what it asked for was refused.")
      : missed(fail("After its life the link still opened the page, and nothing it asked for was refused."));
  return missed(warning(`An expired link was answered ${late.status} instead of 410.`));
}
