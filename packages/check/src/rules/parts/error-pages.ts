/** What a user sees on a bad day, in Chromium, and how it is judged in any language: by structure. */
import {
  type Exchange,
  fail,
  missed,
  NotTested,
  newWords,
  pass,
  readsAsExplanation,
  refused,
  seen,
  type Verdict,
} from "../../evidence/index.ts";
import {
  auditPage,
  type BrowserVisit,
  type Fault,
  installed,
  openPortal,
  type Tenant,
  type Violation,
  type World,
} from "../../world/index.ts";
import { somethingToType, triedOut, tryOut } from "./portal-seen.ts";
import { describeSending, isWaitedFor, watchSendings } from "./sendings.ts";
import { askedAgain, quiet } from "./watching.ts";

/** Bad days of the local Cloud. */
export const badDays = {
  away: { fault: "instance-stopped" },
  limited: { fault: "gateway-rate-limited", retry_after: 30 },
  broken: { fault: "gateway-status", status: 500 },
} as const satisfies Readonly<Record<string, Fault>>;

export type BadDaySeen = {
  readonly fair: BrowserVisit;
  readonly bad: BrowserVisit;
  readonly asked: number;
  readonly isTaken: boolean;
  /** By axe; none where the page was not looked through in time. */
  readonly violations: readonly Violation[];
};

/** As much of it as is judged. */
export type BadDayWords = {
  readonly fair: Pick<BrowserVisit, "text">;
  readonly bad: Pick<BrowserVisit, "text" | "shown">;
  readonly asked: number;
  /** Whether the page was pressed, and what was pressed refused no more than on the fair day. */
  readonly isTaken?: boolean;
};

/**
 * The same page on a fair day and on one of these. One that asks nothing of Cloud by itself is pressed, on both, as somebody
 * does who wants to see something.
 */
export async function seeBadDay(
  world: World,
  tenant: Tenant,
  day: keyof typeof badDays,
): Promise<BadDaySeen> {
  const atRest = tenant.calls.length;
  const fair = await openPortal(world, tenant);
  const opened = await fair.frame.look();
  const isSilent = tenant.calls.length === atRest;
  // The same on both days: what it brings about is no news on the second.
  const text = somethingToType();
  const before = isSilent ? await triedOut(fair.frame, text) : opened;
  await fair.frame.close();
  const ofPage = tenant.calls.slice(atRest);
  const known = tenant.calls.length;
  const clear = await world.front.meets(tenant, badDays[day]);
  try {
    const { frame } = await openPortal(world, tenant, { badDay: true });
    const sendings = watchSendings(frame.page, frame.exchanges.map(sendingOf), () => world.front.now());
    if (isSilent) await sendings.press(() => tryOut(frame, text));
    const bad = await frame.look();
    await frame.picture(`The page, ${day}`);
    const violations = day === "broken" ? await auditPage(frame) : undefined;
    await frame.close();
    const calls = tenant.calls.slice(known);
    const isTaken = isSilent && !isNewlyRefused(before, bad);
    // What is done behind an answer is no business of whoever pressed and was told that it will be.
    const told = isTaken ? calls.filter((call) => isWaitedFor([call], sendings.own())) : calls;
    return { fair: before, bad, asked: askedAgain(ofPage, told), isTaken, violations: violations ?? [] };
  } finally {
    await clear();
  }
}

function sendingOf({ method, url, requestBody }: Exchange): string {
  return describeSending(method, url, requestBody);
}

type Answers = Pick<BrowserVisit, "exchanges">;

/** Whether something is refused that was not the day before. What gets no answer may be what a page left behind. */
export function isNewlyRefused(before: Answers, now: Answers): boolean {
  const known = new Set(before.exchanges.filter(isRefused).map(askedFor));
  return now.exchanges.some((one) => isRefused(one) && !known.has(askedFor(one)));
}

function isRefused({ answer }: Exchange): boolean {
  return (answer.status ?? 0) >= 400;
}

function askedFor({ method, url }: Exchange): string {
  return `${method} ${new URL(url).pathname}`;
}

/** A grown tenant's page while Cloud fails, seen once. */
export function seeBrokenDay(world: World): Promise<BadDaySeen & { readonly tenant: Tenant }> {
  return world.once("broken day", async () => {
    const tenant = await installed(world, { ledger: "a" });
    await quiet(world, tenant);
    return { ...(await seeBadDay(world, tenant, "broken")), tenant };
  });
}

/** A page that asks Cloud while it opens has to say what is wrong and what to do. */
export function judgeBadDay({ fair, bad, asked, isTaken = false }: BadDayWords): Verdict {
  if (asked === 0)
    throw new NotTested(
      "The page asked nothing of Cloud while it opened, nor before it was answered when its buttons were pressed.",
      "It needs a page that shows something of the ledger.",
      "missed",
    );
  if (!bad.shown || bad.text.trim() === "") return blank;
  if (bad.text === fair.text)
    throw new NotTested(
      "The page shows the same as on a fair day, perhaps from a store of its own.",
      "Somebody has to look at it.",
    );
  const verdict = judgeWords(newWords(fair.text, bad.text), bad.text);
  // An app that keeps what it can't do now, and does it later, says what it says on any day.
  if (verdict.verdict !== "pass" && isTaken)
    throw new NotTested(
      `What was pressed was taken as on a fair day. ${verdict.evidence}`,
      "Somebody has to look at it.",
    );
  return verdict;
}

/** A page that is blank, or says something else, may only not have come so far. */
const blank = missed(fail("The frame stays blank."));

/** Judges the page that somebody meets in place of the app. */
export function judgeErrorPage({ shown, text, exchanges }: BrowserVisit): Verdict {
  if (exchanges.length === 0) throw new NotTested("Nothing answered.", "It needs a portal that opens.");
  return shown && text.trim() !== "" ? judgeWords(text) : blank;
}

/**
 * Judges the page of a link that nothing opens any more. One that came whole with its refusal, and holds nothing that
 * could change it, says the same whenever it is looked at.
 */
export function judgeRefusalPage(visit: BrowserVisit): Verdict {
  const verdict = judgeErrorPage(visit);
  return verdict.verdict !== "pass" && isLastWord(visit) ? seen(verdict) : verdict;
}

function isLastWord({ finalUrl, exchanges }: BrowserVisit): boolean {
  const page = exchanges.findLast(({ url, answer }) => url === finalUrl && answer.status !== null);
  return page !== undefined && refused(page.answer) && !changesItself.test(page.answer.text);
}

/** Scripts, handlers and frames; a page that loads itself anew. */
const changesItself = /<(script|i?frame|object|embed)\b|\son\w+\s*=|http-equiv\s*=\s*["']?refresh/i;

/** Judges an explanation alone. */
export function judgeWords(words: string, whole = words): Verdict {
  if (/^\s*[{[]"?/.test(whole) && isJson(whole))
    return fail(`The frame shows raw JSON in place of a page: "${whole.trim().slice(0, 120)}"`);
  const { ok, why } = readsAsExplanation(words);
  const quote = words.replaceAll(/\s+/g, " ").trim().slice(0, 160);
  if (ok) return pass(`It says: "${quote}"`);
  if (why.includes("stack")) return fail(`The page shows the app's insides: "${quote}"`);
  const wholePage = readsAsExplanation(whole);
  // By their form alone words of programs are not told from those of people for certain.
  return missed(
    !wholePage.ok && why.includes("program")
      ? fail(`The page shows the app's insides: "${quote}"`)
      : fail(
          `Instead of a cause and a next step it says: "${quote}" (${wholePage.ok ? why : wholePage.why}).`,
        ),
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
