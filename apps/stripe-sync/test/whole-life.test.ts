/**
 * The whole life of an installation, as one member sees it in one session of a real Chromium with third-party cookies
 * blocked: the dashboard at 127.0.0.1, the app in its frame at localhost, a process of its own on PostgreSQL that is
 * killed on the way.
 * At the end Stripe, the ledger and the pages say the same to the last unit.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Secret } from "@annex/protocol";
import { type Sandbox, startSandbox } from "@annex/sandbox";
import type { Browser, Frame, FrameLocator, Locator, Page } from "playwright-core";
import { Stripe } from "stripe";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { findAccessibilityProblems } from "../../../tests/support/accessibility.ts";
import { launchBrowser, openPage } from "../../../tests/support/browser.ts";
import { type PostgresServer, startPostgres } from "../../../tests/support/postgres-server.ts";
import { type Simulator, startSimulator } from "../simulator/index.ts";
import { neededPermissions } from "../src/stripe/permissions.ts";
import { callbackSecret, expectTied, House, hearingKeys } from "./house.ts";
import { AppProcess, KillingProxy } from "./killed.ts";
import { smallShop, termsOf } from "./small-shop.ts";

const timeout = 120_000;
const lookMilliseconds = 500;
const mostLooks = 60;
const minute = 60_000;
const scopes = ["data:read", "data:write", "alerts:write"];
const keys = {
  lesser: "rk_test_annex_lesser012345678",
  first: "rk_test_annex_first0123456789",
  second: "rk_test_annex_second012345678",
  third: "rk_test_annex_third0123456789",
  other: "rk_test_annex_other0123456789",
};
const signingSecret = "whsec_0123456789abcdefghijklmnop";

let directory: string;
let simulator: Simulator;
/** Of another account. */
let otherSimulator: Simulator;
let cloud: Sandbox;
let house: House;
let proxy: KillingProxy;
let app: AppProcess;
let postgres: PostgresServer;
let browser: Browser;
let page: Page;
/** The app in the dashboard's frame. */
let inApp: FrameLocator;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "whole-life-"));
  const heard = new Map<string, Secret>();
  [simulator, otherSimulator, cloud, browser, postgres] = await Promise.all([
    startSimulator({ port: 0, account: smallShop() }),
    startSimulator({ port: 0, account: smallShop("acct_1OtherShop", 8) }),
    startSandbox({ port: 0, dataDirectory: join(directory, "cloud"), fetch: hearingKeys(heard) }),
    launchBrowser(),
    startPostgres(),
  ]);
  house = await House.open(cloud.url, cloud.adminToken, heard);
  proxy = await KillingProxy.start(cloud.url);
  app = new AppProcess(directory, {
    ANNEX_CLOUD_URL: proxy.url,
    ANNEX_DATABASE: await postgres.createDatabase("stripe_sync"),
    STRIPE_SIMULATOR_URL: simulator.url,
    STRIPE_OTHER_SIMULATOR_URL: otherSimulator.url,
    ANNEX_EMBED_ORIGINS: cloud.url,
    STRIPE_FALLBACK: "none",
  });
  await app.start();
  await cloud.registerApp({
    manifest: {
      name: "Stripe Sync",
      registration_callback_url: `${app.url}/cloud/${callbackSecret}/callback`,
      portal_generator_url: `${app.url}/cloud/${callbackSecret}/portal`,
      permissions: scopes,
    },
    url: app.url,
  } as Parameters<Sandbox["registerApp"]>[0]);
  page = await openPage(browser, { viewport: { width: 1600, height: 1000 } });
  page.setDefaultTimeout(20_000);
  inApp = page.frameLocator('iframe[title^="Stripe Sync"]');
}, 240_000);

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await page.screenshot({ path: join(tmpdir(), `${task.id}.png`) });
});

afterAll(async () => {
  await browser?.close();
  await app?.stop();
  proxy?.close();
  await cloud?.close();
  await simulator?.close();
  await otherSimulator?.close();
  await postgres?.stop();
  rmSync(directory, { recursive: true, force: true });
});

test("settings: without a key it says so, one that may too little is refused by name, a good one begins the first import", {
  timeout,
}, async () => {
  await page.goto(cloud.url);
  await logIn();
  await install();
  await launch();
  await inApp.getByText("This installation has no Stripe key.").first().waitFor();
  await go("Settings");
  simulator.keys.grant(
    keys.lesser,
    neededPermissions.filter((permission) => permission !== "rak_payout_read"),
  );
  await enterKey(keys.lesser);
  await inApp.getByRole("alert").getByText("rak_payout_read").first().waitFor();
  simulator.keys.grant(keys.first, neededPermissions);
  await enterKeyByKeyboard(keys.first);
  await inApp.getByText(`${keys.first.slice(0, 8)}…`).waitFor();
  expect(await problemsHere()).toEqual([]);
  await tiesOnThePage();
  await readsWell();
});

test("the schedule: its time comes, and what was sold meanwhile is in", { timeout }, async () => {
  await go("Settings");
  await inApp.getByLabel("Sync", { exact: true }).selectOption("own");
  await inApp.getByLabel("Cron expression").fill("*/5 * * * *");
  await inApp.getByRole("button", { name: "Save the schedule" }).click();
  await inApp.getByText("Saved.").waitFor();
  // Before findings are kept for less than ever, it is said what goes.
  await inApp.getByLabel("Keep resolved findings").selectOption("90");
  await inApp.getByText("No finding was resolved that long ago: nothing is removed yet.").waitFor();
  sell(3);
  app.advance(6 * minute);
  await ended("The schedule");
  expect(await problemsHere()).toEqual([]);
});

test("the webhook: a dispute is heard of, booked, and raised as an alert", { timeout }, async () => {
  // Events begin one run a minute at most.
  app.advance(minute);
  await go("Settings");
  await inApp.getByLabel("Signing secret").fill(signingSecret);
  await inApp.getByRole("button", { name: "Save the secret" }).click();
  const address = (await inApp.locator(".stripe-address code").textContent()) ?? "";
  await inApp.getByText("Its signing secret was entered").waitFor();
  const { account } = simulator;
  const dispute = account.dispute(account.charges[0] as Stripe.Charge, 1500, seconds());
  const payload = JSON.stringify({
    id: "evt_1disputed",
    object: "event",
    type: "charge.dispute.created",
    created: seconds(),
    livemode: false,
    data: { object: dispute },
  });
  const signature = new Stripe("sk_test_signs").webhooks.generateTestHeaderString({
    payload,
    secret: signingSecret,
    timestamp: seconds(),
  });
  const told = await fetch(address, {
    method: "POST",
    body: payload,
    headers: { "stripe-signature": signature },
  });
  expect(await told.json()).toEqual({ code: "noted" });
  // Where the schedule's began just before, it is put off for a minute.
  app.advance(minute);
  await ended("Stripe’s webhook");
  await page.getByRole("button", { name: "Floating preview" }).click();
  await page.getByRole("link", { name: "Alerts" }).click();
  await page.getByText(dispute.id).first().waitFor();
  await page.getByRole("button", { name: "Full screen" }).click();
});

test("a payout: reconciled with what it paid out", { timeout }, async () => {
  const { account } = simulator;
  const payout = account.payOut("usd", seconds());
  if (payout === undefined) throw new Error("There was nothing to pay out.");
  account.arrive(payout);
  await syncNowByKeyboard();
  await ended("You", 2);
  await go("Payouts");
  await inApp.getByRole("cell", { name: "Reconciled" }).waitFor();
  expect(await problemsHere()).toEqual([]);
  await inApp.getByRole("link", { name: new RegExp(`^Payout ${payout.id}`) }).click();
  await inApp.getByRole("table", { name: "Balance transactions of this payout" }).waitFor();
  expect(await problemsHere()).toEqual([]);
  // Of one that is not there it is said once, and nothing is offered of it.
  await frameOfApp().evaluate((key) => {
    history.pushState(history.state, "", location.pathname.replace(key, "po_nobodys"));
    window.dispatchEvent(new Event("annex:route"));
  }, payout.id);
  await inApp.locator("[data-code]").first().waitFor();
  expect(await inApp.locator("[data-code]").count()).toBe(1);
  expect(await inApp.getByRole("button", { name: "Export as CSV" }).count()).toBe(0);
});

test("from an object to its transaction in the dashboard, which survives a reload, and back to the object", {
  timeout,
}, async () => {
  await openFirstRun();
  await inApp.getByLabel("Kind").selectOption("charge");
  const details = inApp.getByRole("button", { name: /^Details of txn_/ }).first();
  await details.click();
  const id = (await details.getAttribute("aria-label"))?.replace("Details of ", "") ?? "";
  const link = inApp.locator(".stripe-legs a").first();
  const address = (await link.getAttribute("href")) ?? "";
  expect(new URL(address).origin).toBe(new URL(page.url()).origin);
  await link.click();
  const record = page.getByRole("dialog", { name: "Transaction" });
  const back = record.getByRole("button", { name: "Open in Stripe Sync" });
  await back.waitFor();
  expect(new URL(page.url()).pathname).toBe(new URL(address).pathname);
  // Of the outer world's accounts the ledger knows indicators only; the app has named them.
  await record.getByRole("link", { name: "Pay-ins" }).waitFor();
  for await (const balance of (await books()).data.balances.iterate())
    expect(balance.meta_data).toMatchObject({ stripe_sync: { name: expect.stringMatching(/./) } });
  expect(await findAccessibilityProblems(page)).toEqual([]);
  await page.goto(address);
  await back.click();
  await inApp.getByRole("heading", { level: 1, name: "Charge" }).waitFor();
  await inApp.getByText(id, { exact: true }).first().waitFor();
  await page.getByRole("button", { name: "Full screen" }).click();
  expect(await problemsHere()).toEqual([]);
});

test("the instance stops, then the limit is reached: each time the run says what it waits for, and goes on by itself", {
  timeout,
}, async () => {
  const instance = `/admin/instances/${house.instance(0)}`;
  await house.admin("PATCH", instance, { state: "stopped" });
  sell(1);
  await syncNow();
  await inApp
    .getByText(/^Waiting for the instance, goes on at/)
    .first()
    .waitFor();
  await house.admin("PATCH", instance, { state: "running" });
  await ended("You", 3);

  await cloud.changeSettings({ rate_limit_per_minute: 1 });
  sell(1);
  await syncNow();
  await inApp
    .getByText(/^Waiting for Blnk Cloud, goes on at/)
    .first()
    .waitFor();
  await cloud.changeSettings({ rate_limit_per_minute: 6000 });
  await cloud.clock.advance(61);
  app.advance(61_000);
  await ended("You", 4);
});

test("the key may no longer do all: the run fails and names what is missing; with another key all goes on", {
  timeout,
}, async () => {
  simulator.keys.grant(keys.first, ["rak_connected_account_read", "rak_balance_read"]);
  sell(1);
  await syncNow();
  await seen(inApp.locator('[data-code="provider_refused_key"]').first());
  await inApp.getByText("rak_customer_read").first().waitFor();
  await answersOnOneScreen("Failed: Stripe");
  await inApp.getByRole("link", { name: "Open this run" }).first().click();
  await inApp.getByText("Failed: Stripe").waitFor();
  await readsWell();
  simulator.keys.revoke(keys.first);
  simulator.keys.grant(keys.second, neededPermissions);
  await go("Settings");
  await enterKey(keys.second);
  await ended("You", 5);
});

test("killed right after a write, it goes on when it is back, and nothing is there twice", {
  timeout,
}, async () => {
  sell(4);
  const gone = new Promise<void>((resolve) =>
    proxy.arm({ method: "POST", path: /\/transactions\/bulk$/, nth: 1, when: "after" }, () => {
      app.kill();
      resolve();
    }),
  );
  await syncNow();
  await gone;
  await app.gone();
  await app.start();
  await ended("You", 6);
  await tiesOnThePage();
  await expectTied(await books(), simulator.totals());
  const references: string[] = [];
  for await (const { reference } of (await books()).data.transactions.iterate()) references.push(reference);
  expect(new Set(references).size).toBe(references.length);
  const movements = simulator.account.movements.map(({ id }) => id);
  expect(references.filter((reference) => movements.includes(reference)).sort()).toEqual(movements.sort());
});

test("certain days are asked for from the overview, and looked at again", { timeout }, async () => {
  await go("Overview");
  await inApp.getByRole("button", { name: "Sync certain days…" }).click();
  const today = new Date(app.now()).toISOString().slice(0, 10);
  await inApp.getByLabel("From").fill(today);
  await inApp.getByLabel("To, this day included").fill(today);
  await inApp.getByRole("button", { name: "Sync these days" }).click();
  await ended("You", 7);
  // The schedule's may have come meanwhile.
  await inApp
    .getByRole("row")
    .filter({ hasText: "You" })
    .getByRole("link", { name: /^Sync, 2/ })
    .first()
    .click();
  await inApp.getByText(`Asked for ${today} to ${today}.`).waitFor();
  await readsWell();
});

test("the session ends: the page stays to be read, says how to go on, and the next launch opens it again", {
  timeout,
}, async () => {
  await go("Findings");
  await inApp.getByText("Nothing needs you").waitFor();
  expect(await problemsHere()).toEqual([]);
  app.advance(60 * minute);
  await seen(inApp.locator('[data-code="session_expired"]'));
  await inApp.getByText("The next launch opens this page again.").waitFor();
  expect(await inApp.getByRole("heading", { level: 1, name: "Findings", includeHidden: true }).count()).toBe(
    1,
  );
  await page.getByRole("button", { name: "Close app" }).click();
  await page.getByRole("link", { name: "Apps", exact: true }).click();
  await launch();
  await inApp.getByRole("heading", { level: 1, name: "Findings" }).waitFor();
});

test("a type that nobody knows is a finding for each of it, which leads from its run to its object", {
  timeout,
}, async () => {
  sell(2);
  const [unknown, other] = simulator.account.movements.slice(-2);
  if (unknown === undefined || other === undefined) throw new Error("Nothing was sold.");
  for (const each of [unknown, other]) Object.assign(each, { type: "a_new_type" });
  await syncNow();
  await ended("You", 8);
  await go("Findings");
  await inApp
    .getByRole("button", { name: /^Details of / })
    .first()
    .click();
  await inApp.getByRole("link", { name: "The run that found it" }).waitFor();
  await readsWell();
  await inApp.getByRole("link", { name: "The run that found it" }).click();
  await inApp.getByText("2 findings to look at").waitFor();
  await readsWell();
  await inApp.getByRole("link", { name: `Open ${unknown.id} in this app` }).click();
  await inApp.getByText(unknown.id, { exact: true }).first().waitFor();
  await inApp.getByRole("heading", { level: 1, name: "A new type" }).waitFor();
});

test("findings are worked through by keyboard alone", { timeout }, async () => {
  const press = (key: string) => page.keyboard.press(key);
  await go("Findings");
  const rows = inApp.getByRole("button", { name: /^Details of / });
  await rows.first().waitFor();
  const names = await rows.evaluateAll((all) => all.map((each) => each.getAttribute("aria-label") ?? ""));
  expect(names.length).toBeGreaterThan(1);
  const [first = "", second = ""] = names;
  await tabTo(/^Details of /);
  await press("ArrowDown");
  expect(await focused()).toBe(second);
  await press("ArrowUp");
  expect(await focused()).toBe(first);
  await press("Enter");
  await inApp.getByRole("link", { name: "The run that found it" }).waitFor();
  await tabTo(/^Why it may stay$/);
  await page.keyboard.type("Settled with the network");
  await press("Enter");
  // It is new no more.
  await expect.poll(() => rows.count()).toBe(names.length - 1);
});

test("a key that is removed reads nothing any more, what it brought stays, and another one of the account goes on", {
  timeout,
}, async () => {
  await go("Overview");
  const runs = await inApp.getByRole("link", { name: /^All runs/ }).textContent();
  await go("Settings");
  await inApp.getByRole("button", { name: "Remove the key" }).click();
  await inApp.getByText("Nothing is read from Stripe any more then.").waitFor();
  await inApp.getByRole("button", { name: "Remove it" }).click();
  await inApp.getByText("There is no key any more.").waitFor();
  await inApp.getByText("Nothing syncs until a Stripe key is entered.").waitFor();
  simulator.keys.revoke(keys.second);
  sell(1);
  // The schedule's time comes.
  app.advance(6 * minute);
  await go("Overview");
  await inApp.getByText("This installation has no Stripe key.").waitFor();
  await inApp.getByText("Enter a Stripe key first.").waitFor();
  await readsWell();
  expect(await inApp.getByRole("link", { name: /^All runs/ }).textContent()).toBe(runs);
  await go("Payouts");
  await inApp.getByRole("cell", { name: "Reconciled" }).first().waitFor();
  await go("Settings");
  simulator.keys.grant(keys.third, neededPermissions);
  await enterKey(keys.third);
  await ended("You", 9);
  await tiesOnThePage();
});

test("with a key of another account the former one stays to be looked at, and there is a way to it and back", {
  timeout,
}, async () => {
  otherSimulator.keys.grant(keys.other, neededPermissions);
  await go("Settings");
  await enterKey(keys.other);
  await inApp.getByText(`Its account is ${otherSimulator.account.id}`).waitFor();
  await go("Overview");
  const former = `${simulator.account.id}, simulator`;
  await inApp.getByRole("region", { name: "Former keys" }).getByRole("link", { name: former }).click();
  await inApp.getByRole("heading", { level: 1, name: former }).waitFor();
  await inApp.getByText("Ties in every currency").waitFor();
  await readsWell();
  await inApp.getByRole("region", { name: "What is kept" }).getByRole("link", { name: "Findings" }).click();
  await inApp.getByText(`Of a former key: ${former}`).waitFor();
  await inApp.getByRole("button", { name: "Acknowledged", exact: true }).click();
  await inApp.getByRole("row").filter({ hasText: "Unknown type at Stripe" }).waitFor();
  await readsWell();
  await inApp.getByRole("button", { name: "New", exact: true }).click();
  await inApp
    .getByLabel("Stripe account", { exact: true })
    .selectOption({ label: `${otherSimulator.account.id}, simulator` });
  await inApp.getByText("Nothing needs you").waitFor();
  await inApp.getByLabel("Stripe account", { exact: true }).selectOption({ label: `${former} (former key)` });
  await inApp.getByRole("link", { name: "Does the ledger still match Stripe?" }).click();
  await inApp.getByRole("heading", { level: 1, name: former }).waitFor();
  await inApp.getByRole("link", { name: "Overview" }).first().click();
  await inApp.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
});

test("of all objects of a run those are found that an id leads to, and those of a currency, and it says how many", {
  timeout,
}, async () => {
  await openFirstRun();
  const [charge] = simulator.account.charges;
  const said = inApp.getByRole("status").filter({ hasText: / objects?\.$/ });
  await inApp.getByLabel("Currency", { exact: true }).selectOption("KWD");
  const inDinars = simulator.account.charges.slice(0, 40).filter(({ currency }) => currency === "kwd").length;
  await said.filter({ hasText: `${inDinars} objects.` }).waitFor();
  await inApp.getByRole("button", { name: /^All/ }).first().waitFor();
  await inApp.getByLabel("Currency", { exact: true }).selectOption("");
  await inApp.getByLabel("Find an id", { exact: true }).fill(charge?.id ?? "");
  await said.filter({ hasText: "1 object." }).waitFor();
  await inApp.getByLabel("Find an id", { exact: true }).fill("ch_nobodys");
  await inApp.getByText("No object matches the filters").waitFor();
  await readsWell();
});

function sell(count: number): void {
  for (let sale = 0; sale < count; sale += 1)
    simulator.account.sell({ terms: termsOf("usd"), amount: 12_345, at: seconds(), product: "a teapot" });
}

/** Now by the app's clock, as Stripe tells times. */
function seconds(): number {
  return Math.floor(app.now() / 1000);
}

async function logIn(): Promise<void> {
  await page.getByRole("textbox", { name: /^Email/ }).fill(admin().email);
  await page.getByRole("textbox", { name: /^Password/ }).fill(admin().password);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("textbox", { name: /^Second factor/ }).fill(cloud.currentCode(admin().user_id));
  await page.getByRole("button", { name: "Log in" }).click();
}

function admin() {
  const member = cloud.members.find(({ role }) => role === "Admin");
  if (member === undefined) throw new Error("There is no admin.");
  return member;
}

async function install(): Promise<void> {
  await page.getByRole("button", { name: "Install" }).first().click();
  const sheet = page.getByRole("dialog", { name: /^Install/ });
  await sheet.getByRole("button", { name: "Continue" }).click();
  await sheet.getByRole("textbox", { name: /^Password/ }).fill(admin().password);
  await sheet.getByRole("textbox", { name: /^Second factor/ }).fill(cloud.currentCode(admin().user_id));
  await sheet.getByRole("button", { name: "Install app" }).click();
  await sheet.getByRole("button", { name: "Done" }).click();
}

async function launch(): Promise<void> {
  await page.getByRole("button", { name: "Launch app" }).first().click();
  await page.getByRole("button", { name: "Full screen" }).click();
}

/** To one of the app's own pages. */
async function go(name: string): Promise<void> {
  await inApp
    .getByRole("navigation", { name: "Stripe Sync pages" })
    .getByRole("link", { name, exact: true })
    .click();
  await inApp.getByRole("heading", { level: 1, name }).waitFor();
}

/** The first import, which is the last of the list. */
async function openFirstRun(): Promise<void> {
  await go("Runs");
  await inApp
    .getByRole("link", { name: /^Sync, 2/ })
    .last()
    .click();
}

async function enterKey(key: string): Promise<void> {
  await keyField().fill(key);
  await inApp.getByRole("button", { name: "Check and save the key" }).click();
}

async function enterKeyByKeyboard(key: string): Promise<void> {
  await keyField().fill(key);
  await keyField().press("Enter");
}

function keyField(): Locator {
  return inApp.getByLabel(/Restricted key|Replace it with another key/);
}

async function syncNow(): Promise<void> {
  await go("Overview");
  await inApp.getByRole("button", { name: "Sync now", disabled: false }).click();
}

/** From another page, without a mouse. */
async function syncNowByKeyboard(): Promise<void> {
  await go("Runs");
  // Links of the navigation stand before the one that was followed.
  await page.keyboard.press("Shift+Tab");
  await tabTo(/^Overview$/, "Shift+Tab");
  await page.keyboard.press("Enter");
  await inApp.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  await inApp.getByRole("button", { name: "Sync now", disabled: false }).waitFor();
  await tabTo(/^Sync now$/);
  await page.keyboard.press("Enter");
}

async function tabTo(what: RegExp, key = "Tab"): Promise<void> {
  for (let presses = 0; !what.test(await focused()); presses += 1) {
    if (presses === 40) throw new Error(`The ${key} key does not come to ${what}.`);
    await page.keyboard.press(key);
  }
}

/** What the app's element with the focus is called. */
function focused(): Promise<string> {
  return frameOfApp().evaluate(() => {
    const { activeElement } = document;
    const [label] = activeElement instanceof HTMLInputElement ? (activeElement.labels ?? []) : [];
    const named = activeElement?.getAttribute("aria-label") ?? label?.textContent;
    return (named ?? activeElement?.textContent ?? "").trim();
  });
}

/** Until so many runs of this cause have completed. */
async function ended(startedBy: string, count = 1): Promise<void> {
  await go("Runs");
  const rows = inApp
    .getByRole("row")
    .filter({ hasText: new RegExp(startedBy, "i") })
    .filter({ hasText: "Completed" });
  await seen(rows.nth(count - 1));
}

/** Until it is there. The member returns to the page again and again, which asks then, sooner than by itself. */
async function seen(what: Locator): Promise<void> {
  const frame = frameOfApp();
  for (let attempt = 1; ; attempt += 1) {
    await frame.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
    const last = attempt === mostLooks;
    const isThere = await what.waitFor({ timeout: lookMilliseconds }).then(
      () => true,
      (error: unknown) => {
        if (last) throw error;
        return false;
      },
    );
    if (isThere) return;
  }
}

/** What the overview shows of each currency is what Stripe holds. */
async function tiesOnThePage(): Promise<void> {
  await go("Overview");
  await inApp.getByText("Ties in every currency").waitFor();
  await inApp.getByText("Everything is in").waitFor();
  const table: Locator = inApp.getByRole("table", { name: "Stripe and the ledger by currency" });
  for (const { currency, held } of simulator.totals()) {
    const row = table.getByRole("row").filter({ hasText: currency.toUpperCase() });
    await row.locator(`data[value="${held}"]`).nth(1).waitFor();
  }
}

/** Whether everything is in, whether it ties, and what needs somebody: on a phone's first screen, also where a run failed. */
async function answersOnOneScreen(whatNeedsSomebody: string): Promise<void> {
  await page.setViewportSize({ width: 412, height: 780 });
  const [isIn, ties] = [0, 1].map((line) => inApp.locator(".stripe-everything .annex-badge").nth(line));
  for (const answer of [isIn, ties, inApp.getByText(whatNeedsSomebody).first()]) {
    const end = async () => {
      const box = await answer?.boundingBox();
      return box == null ? Number.NaN : box.y + box.height;
    };
    await expect.poll(end, { timeout: 20_000 }).toBeLessThan(780);
  }
  await page.setViewportSize({ width: 1600, height: 1000 });
}

/** What axe finds in the app's frame. */
function problemsHere(): Promise<readonly string[]> {
  return findAccessibilityProblems(frameOfApp());
}

/** The page as it stands: nothing juts out of it and axe finds nothing, on a phone and wide, in both schemes. */
async function readsWell(): Promise<void> {
  for (const size of [
    { width: 412, height: 780 },
    { width: 900, height: 900 },
    { width: 1600, height: 1000 },
  ]) {
    await page.setViewportSize(size);
    for (const colorScheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme });
      // Tables lay themselves out anew once they have seen their new width.
      await expect
        .poll(() => tooWide(), { message: `too wide at ${size.width} px`, timeout: 10_000 })
        .toBe(0);
      // Another scheme can break nothing but contrast.
      const rules = colorScheme === "dark" ? ["color-contrast"] : undefined;
      const problems = await findAccessibilityProblems(frameOfApp(), rules);
      expect({ ...size, colorScheme, problems }).toEqual({ ...size, colorScheme, problems: [] });
    }
  }
}

/** How far the page juts out, in CSS pixels. */
function tooWide(): Promise<number> {
  return frameOfApp().evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
}

function frameOfApp(): Frame {
  const frame = page.frames().find((each) => each.url().startsWith(app.url));
  if (frame === undefined) throw new Error("The app's frame is not there.");
  return frame;
}

async function books() {
  const { body } = await house.admin("GET", "/admin/state");
  const [installed] = (body as { installations: { installed_app_id: string; instance_id: string }[] })
    .installations;
  if (installed === undefined) throw new Error("Nothing is installed.");
  return house.books({ installation: installed.installed_app_id, instance: installed.instance_id });
}
