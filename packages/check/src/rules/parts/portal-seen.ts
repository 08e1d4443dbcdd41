/**
 * Two tenants on two marked ledgers, each opened in the dashboard's frame, used, and opened again: what many
 * rules judge. The page's own calls are learned here, to be sent again with another session.
 */
import { randomBytes } from "node:crypto";
import type { Locator } from "playwright-core";
import { type Exchange, toldIn } from "../../evidence/index.ts";
import {
  type BrowserVisit,
  type Frame,
  installed,
  isWithinReach,
  openPortal,
  type Tenant,
  type World,
} from "../../world/index.ts";
import type { Seen } from "./seen.ts";
import { sessionsOf } from "./sessions.ts";
import { quiet } from "./watching.ts";

const mostButtons = 6;
const mostFields = 5;
/**
 * What could not be pressed on a busy machine would pass for an app that keeps its tenants apart. A page that has come to
 * rest is pressed at once. In milliseconds.
 */
const patience = 5000;
/** What is covered, or says that it can't be pressed, when the page has come to rest and been filled in, stays so. */
const untilFree = 700;
/** A page at rest that has no such button any more will have none. */
const untilGone = 1500;
const untilThere = 3000;
const leaveAlone = /delet|remov|log ?out|sign ?out|disconnect|cancel|reset|uninstall|lösch|supprim|elimin/i;

/** Both tenants, seen once. */
export function seePortal(
  world: World,
): Promise<{ readonly a: Seen; readonly b: Seen; readonly sessions: readonly string[] }> {
  return world.once("portal", async () => {
    const a = await installed(world, { ledger: "a" });
    // Two instances of one organization and one member: what is kept by either of these alone shows here.
    const b = await installed(world, { ledger: "b", beside: a });
    if (world.process !== undefined) await Promise.all([quiet(world, a), quiet(world, b)]);
    // Both have typed before either is opened again, so that both find what came last, whoever it was that was faster.
    const [usedA, usedB] = await Promise.all([visitFirst(world, a), visitFirst(world, b)]);
    const [seenA, seenB] = await Promise.all([openAgain(world, usedA), openAgain(world, usedB)]);
    // Asked while they live, which may be for seconds.
    const sessions = await Promise.all([sessionsOf(seenA), sessionsOf(seenB)]);
    return { a: seenA, b: seenB, sessions: sessions.flat() };
  });
}

/** Opens, uses and opens again. */
export async function seeTenant(world: World, tenant: Tenant): Promise<Seen> {
  return openAgain(world, await visitFirst(world, tenant));
}

/** A tenant's first visit, with what was typed in. */
type Used = {
  readonly tenant: Tenant;
  readonly url: string;
  readonly own: string;
  readonly first: BrowserVisit;
  readonly used: BrowserVisit;
};

async function visitFirst(world: World, tenant: Tenant): Promise<Used> {
  const own = somethingToType();
  const { frame, url } = await openPortal(world, tenant);
  const first = await frame.look();
  await frame.picture(`${tenant.name}, first visit`);
  // What did not come, or can't be read, can't be pressed either.
  const used = isKeptOut(first) || first.trouble !== undefined ? first : await fillIn(frame, own);
  await frame.close();
  return { tenant, url, own, first, used };
}

async function openAgain(world: World, { tenant, url, own, first, used }: Used): Promise<Seen> {
  const secondAt = performance.now();
  const again = await openPortal(world, tenant);
  const second = await again.frame.look();
  await again.frame.close();
  const urls = [url, again.url] as const;
  const records = [...world.cloud.marks[tenant.ledger], own];
  return {
    tenant,
    urls,
    secondAt,
    first,
    second,
    records,
    marks: [...records, tenant.installedAppId, tenant.instanceId, tenant.organizationId, tenant.userId],
    exchanges: [...used.exchanges, ...second.exchanges],
  };
}

/**
 * A page that one button makes anew, while it is filled in for the next, takes along what was typed. Then the buttons
 * are pressed once more the other way round, so that another one is pressed on a page that has come to rest.
 */
async function fillIn(frame: Frame, text: string): Promise<BrowserVisit> {
  const hasFields = await use(frame, text);
  const used = await frame.look();
  if (!hasFields || used.exchanges.some(({ url, requestBody }) => `${url} ${requestBody}`.includes(text)))
    return used;
  await use(frame, text, (buttons) => buttons.toReversed());
  return frame.look();
}

/** What a page shows when what there is was filled in and pressed. */
export async function triedOut(frame: Frame, text = somethingToType()): Promise<BrowserVisit> {
  await tryOut(frame, text);
  return frame.look();
}

/** Fills in and presses what there is, as somebody does who tries a page out. */
export async function tryOut(frame: Frame, text = somethingToType()): Promise<void> {
  await use(frame, text);
}

/** A word that stands nowhere else. */
export function somethingToType(): string {
  return `Heliotrope${randomBytes(5).toString("hex")}`;
}

/**
 * Fills every text field and presses what can be pressed, but for what would end or delete something; whether there
 * was a field.
 */
async function use(
  frame: Frame,
  text: string,
  inOrder: (buttons: readonly Locator[]) => readonly Locator[] = (buttons) => buttons,
): Promise<boolean> {
  const inner = frame.inner();
  if (inner === undefined) return false;
  let filled = 0;
  const pressable = inner.locator(
    "button:visible:enabled, input[type=submit]:visible:enabled, [role=button]:visible",
  );
  // A page that is quiet may only be slow to begin.
  await pressable
    .first()
    .waitFor({ timeout: untilThere })
    .catch(() => undefined);
  const buttons = worthPressing(await describe(pressable)).map((place) => pressable.nth(place));
  for (const button of inOrder(buttons)) {
    const isThere = await button.waitFor({ timeout: untilGone }).then(
      () => true,
      () => false,
    );
    // The page may have been made anew by the button before, and another one stand there.
    const [now] = isThere ? await describe(button) : [];
    if (now === undefined || leaveAlone.test(now.words)) continue;
    // Each time, for the same reason.
    filled += await fill(frame, text);
    const timeout = (await isWithinReach(button)) ? patience : untilFree;
    await frame.press(button, timeout);
    await frame.settle();
  }
  return filled > 0;
}

type Described = { readonly words: string; readonly heads: boolean; readonly form: number };
/** What is read of an element in the browser. */
type Pressable = {
  readonly textContent: string | null;
  readonly value?: string;
  readonly ownerDocument: { readonly forms: ArrayLike<unknown> };
  closest(selector: string): unknown;
};

/** What stands on buttons, whether they head a column, and which form they stand in: none is -1. */
function describe(buttons: Locator): Promise<readonly Described[]> {
  return buttons
    .evaluateAll((all) =>
      (all as unknown as readonly Pressable[]).map((one) => ({
        words: (one.textContent || one.value || "").trim(),
        heads: one.closest("th,[role=columnheader]") !== null,
        form:
          one.closest("tr,[role=row]") === null
            ? Array.from(one.ownerDocument.forms).indexOf(one.closest("form"))
            : -1,
      })),
    )
    .catch(() => []);
}

/** One of each kind in each form, what only sorts a table last: a table has the same button in every row. */
export function worthPressing(buttons: readonly Described[]): readonly number[] {
  const kinds = new Set<string>();
  const places = [...buttons.keys()].filter((place) => {
    const { words = "", form = -1 } = buttons[place] ?? {};
    const kind = `${form} ${words}`;
    // What has no words on it may be anything.
    const isNew = words === "" || !kinds.has(kind);
    kinds.add(kind);
    return isNew && !leaveAlone.test(words);
  });
  const heads = (place: number) => buttons[place]?.heads === true;
  return [...places.filter((place) => !heads(place)), ...places.filter(heads)].slice(0, mostButtons);
}

/** Those that take a text: what only shows one would be waited for. */
const textFields = ["input:not([type])", "input[type=text]", "textarea"]
  .map((kind) => `${kind}:read-write:visible`)
  .join(", ");

async function fill(frame: Frame, text: string): Promise<number> {
  const fields =
    (await frame
      .inner()
      ?.locator(textFields)
      .all()
      .catch(() => [])) ?? [];
  for (const field of fields.slice(0, mostFields))
    await field.fill(text, { timeout: patience }).catch(() => undefined);
  return fields.length;
}

/** The calls and pages of the app's own origin that carried something of the tenant, each as it told most. */
export function callsOf(seen: Seen): readonly Exchange[] {
  const { origin } = new URL(seen.urls[0]);
  const calls = new Map<string, Exchange>();
  for (const exchange of seen.exchanges) {
    const { method, url, requestBody, answer } = exchange;
    const isOwn = new URL(url).origin === origin && answer.status !== null && answer.status < 300;
    const isData = /json|html|text\/plain|csv|xml/.test(answer.headers["content-type"] ?? "");
    const key = `${method} ${url} ${requestBody}`;
    const known = calls.get(key);
    // A list is asked for in the same words before anything stands in it.
    const isNews = known === undefined || (!tells(known, seen) && tells(exchange, seen));
    if (isOwn && isData && isNews) calls.set(key, exchange);
  }
  return [...calls.values()];
}

/** Whether an answer holds the tenant's records, or what was typed in. */
function tells(call: Exchange, { records }: Seen): boolean {
  return toldIn(call.answer.text, call, records) !== undefined;
}

/** Whether Chromium had the page and would not show it in its frame, as the page's own headers say: no time mends that. */
export function isKeptOut({ finalUrl, exchanges }: BrowserVisit): boolean {
  const blocked = exchanges.some(({ answer }) => answer.error === "net::ERR_BLOCKED_BY_RESPONSE");
  return blocked && finalUrl.startsWith("chrome-error:");
}

/** What a page asked for and was refused. */
export function refusalsIn({ exchanges }: BrowserVisit): readonly Exchange[] {
  return exchanges.filter(({ answer }) => [401, 403, 410].includes(answer.status ?? 0));
}
