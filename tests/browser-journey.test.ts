/**
 * What a person does, in a real Chromium with third-party cookies blocked: logs in,
 * installs, launches, syncs, and meets every state in which something is missing or
 * down. The dashboard is opened by another host name than the app's, so that the
 * frame is cross-site as it is in production.
 */
import { generateSync } from "otplib";
import type { Browser, FrameLocator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../apps/stripe-sync/simulator/index.ts";
import { startStripeSync } from "./support/app-process.ts";
import { launchBrowser, openPage, reloadFrame } from "./support/browser.ts";
import { eventually, RunningCloud, request } from "./support/running-cloud.ts";

const shortSession = 4;

let simulator: Simulator;
let cloud: RunningCloud;
let browser: Browser;
let page: Page;
/** Requests that carried or set a cookie of the app's. */
const appCookies: string[] = [];

beforeAll(async () => {
  simulator = await startSimulator({ port: 0, seed: 3 });
  [cloud, browser] = await Promise.all([
    RunningCloud.start({ STRIPE_SIMULATOR_URL: simulator.url, ANNEX_LINK_SECONDS: "60" }),
    launchBrowser(),
  ]);
  page = await openPage(browser, { viewport: { width: 1600, height: 1000 }, colorScheme: "dark" });
  page.setDefaultTimeout(20_000);
  const appOrigin = new URL(cloud.app.url).origin;
  page.on("response", async (response) => {
    if (!response.url().startsWith(appOrigin)) return;
    const headers = { ...(await response.allHeaders()), ...(await response.request().allHeaders()) };
    if (headers["set-cookie"] !== undefined || headers["cookie"] !== undefined)
      appCookies.push(response.url());
  });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await cloud?.stopAndForget();
  await simulator?.close();
});

test("logs in with password and second factor", { timeout: 60_000 }, async () => {
  await page.goto(dashboard("/"));
  await logIn(page, "Admin");
  await page.getByRole("link", { name: "Stripe Sync" }).first().waitFor();
});

test("without data:write the page explains what is missing, and its button is disabled with the reason", {
  timeout: 60_000,
}, async () => {
  await install(page, ["data:write"]);
  const app = await launchApp(page);
  const button = app.getByRole("button", { name: "Sync now" });
  await button.waitFor();
  expect(await button.getAttribute("aria-disabled")).toBe("true");
  expect(await app.getByRole("region", { name: "Missing permission" }).textContent()).toContain("data:write");
  await page.getByRole("button", { name: "Close app" }).click();
  await uninstall(page);
});

test("installed with all, it syncs by itself with progress shown, and ties in every currency", {
  timeout: 120_000,
}, async () => {
  await request("POST", `${simulator.url}/simulator/faults`, undefined, { kind: "slow", delay_ms: 500 });
  await install(page, []);
  const app = await launchApp(page);
  await app.getByRole("progressbar", { name: "Progress of the run" }).waitFor({ timeout: 60_000 });
  await request("DELETE", `${simulator.url}/simulator/faults`, undefined);
  await app.getByText("Ties in every currency").waitFor({ timeout: 90_000 });
});

test("the panel changes its size without loading the app again, and the page reads well in each", {
  timeout: 60_000,
}, async () => {
  const frame = page.frames().find((each) => each.url().startsWith(cloud.app.url));
  if (frame === undefined) throw new Error("The app's frame is not there.");
  await frame.evaluate(() => Object.assign(window, { stillHere: true }));
  for (const size of ["Docked", "Expanded", "Full screen", "Floating preview"]) {
    await page.getByRole("button", { name: size }).click();
    expect(await frame.evaluate(() => (window as unknown as { stillHere?: boolean }).stillHere)).toBe(true);
    expect(await overflow(frame)).toBeLessThanOrEqual(0);
  }
});

test("findings are worked through by keyboard: where one leaves the list, the next has the focus", {
  timeout: 60_000,
}, async () => {
  const app = openedApp(page);
  await app.getByRole("link", { name: "Findings", exact: true }).click();
  const openers = app.getByRole("button", { name: /^Details of / });
  await openers.first().waitFor();
  const found = await openers.count();
  for (const [index, reason] of ["Settled with the network", "As agreed"].entries()) {
    if (index === 0) await openers.first().focus();
    await page.keyboard.press("Enter");
    await app.getByLabel("Why it may stay").fill(reason);
    await page.keyboard.press("Enter");
    await openers.nth(found - index - 1).waitFor({ state: "detached" });
    await openers.first().and(app.locator(":focus")).waitFor();
  }
  await app.getByRole("link", { name: "Overview", exact: true }).click();
});

test("no token stays in the address, a reload of the frame works, and the app uses no cookie", {
  timeout: 60_000,
}, async () => {
  const frame = page.frames().find((each) => each.url().startsWith(cloud.app.url));
  if (frame === undefined) throw new Error("The app's frame is not there.");
  expect(frame.url()).not.toContain("token");
  await reloadFrame(frame);
  await openedApp(page).getByRole("heading", { name: "Overview" }).waitFor();
  expect(await frame.evaluate(() => document.cookie)).toBe("");
  expect(appCookies).toEqual([]);
});

test("the other instance has its own installations and its own data", { timeout: 60_000 }, async () => {
  await page.getByRole("button", { name: "Close app" }).click();
  await switchInstance(page, 1);
  await page.getByRole("button", { name: "Install" }).first().waitFor();
  await page.getByRole("link", { name: "Transactions" }).click();
  await page.getByText("No transaction yet").waitFor();
  await switchInstance(page, 0);
});

test("Stripe cannot be reached: said, with what to do and a way to try again", {
  timeout: 90_000,
}, async () => {
  await request("POST", `${simulator.url}/simulator/faults`, undefined, { kind: "unreachable" });
  await openApps(page);
  const app = await launchApp(page);
  await app.locator('[data-code="provider_unreachable"]').first().waitFor({ timeout: 60_000 });
  expect(await app.locator('[data-code="provider_unreachable"]').first().textContent()).toContain("Stripe");
  await request("DELETE", `${simulator.url}/simulator/faults`, undefined);
  await app
    .getByRole("button", { name: /^Try again/ })
    .first()
    .click();
  await app.getByText("Ties in every currency").waitFor({ timeout: 60_000 });
});

test("the instance is stopped: said likewise, and it comes back", { timeout: 90_000 }, async () => {
  await cloud.admin("PATCH", `/admin/instances/${cloud.instance(0)}`, { state: "stopped" });
  const app = openedApp(page);
  await app.getByRole("button", { name: "Refresh" }).first().click();
  await app.locator('[data-code="instance_unavailable"]').first().waitFor({ timeout: 60_000 });
  await cloud.admin("PATCH", `/admin/instances/${cloud.instance(0)}`, { state: "running" });
  await app
    .getByRole("button", { name: /^Try again/ })
    .first()
    .click();
  await app.getByText("Ties in every currency").waitFor({ timeout: 60_000 });
});

test("an uninstall is said inside the open frame", { timeout: 60_000 }, async () => {
  const state = await cloud.admin<{ installations: { installed_app_id: string; status: string }[] }>(
    "GET",
    "/admin/state",
  );
  const active = state.body.installations.find((each) => each.status === "active");
  await cloud.admin("DELETE", `/admin/installations/${active?.installed_app_id}`);
  const app = openedApp(page);
  await app.locator('[data-code="app_uninstalled"]').waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: "Close app" }).click();
});

test("a session that has ended says so, and where to begin again", { timeout: 120_000 }, async () => {
  const brief = await startStripeSync(cloud, {
    STRIPE_SIMULATOR_URL: simulator.url,
    ANNEX_LINK_SECONDS: "2",
    ANNEX_SESSION_SECONDS: String(shortSession),
    ANNEX_SESSION_MAX_SECONDS: String(shortSession),
  });
  try {
    const { body } = await cloud.admin<{ installed_app_id: string }>("POST", "/admin/installations", {
      app_id: brief.appId,
      instance_id: cloud.instance(0),
    });
    const launched = await cloud.admin<{ portal_url: string }>(
      "POST",
      `/admin/installations/${body.installed_app_id}/launch`,
      {
        user_id: cloud.member("Analyst").user_id,
      },
    );
    const tab = await openPage(browser, { viewport: { width: 412, height: 780 } });
    await tab.goto(launched.body.portal_url);
    await tab.getByRole("heading", { name: "Overview" }).waitFor();
    await tab.locator('[data-code="session_expired"]').waitFor({ timeout: 60_000 });
    // The page itself holds nothing of any installation; what it asks for is refused, and it says so again.
    expect((await tab.reload())?.status()).toBe(200);
    await tab.locator('[data-code="session_expired"]').waitFor({ timeout: 60_000 });
    await eventually(
      "the link's end",
      async () => (await fetch(launched.body.portal_url)).status,
      (status) => status === 410,
    );
    const answer = await tab.goto(launched.body.portal_url);
    expect(answer?.status()).toBe(410);
    expect(await tab.locator("body").textContent()).toMatch(/launch/i);
    await tab.context().close();
  } finally {
    await brief.stop();
  }
});

function dashboard(path: string): string {
  return `${cloud.url}${path}`;
}

function code(role: string): string {
  return generateSync({ secret: cloud.member(role).totp_secret });
}

async function logIn(where: Page, role: string): Promise<void> {
  const member = cloud.member(role);
  await where.getByRole("textbox", { name: /^Email/ }).fill(member.email);
  await where.getByRole("textbox", { name: /^Password/ }).fill(member.password);
  await where.getByRole("button", { name: "Continue" }).click();
  await where.getByRole("textbox", { name: /^Second factor/ }).fill(code(role));
  await where.getByRole("button", { name: "Log in" }).click();
}

async function openApps(where: Page): Promise<void> {
  await where.getByRole("link", { name: "Apps", exact: true }).click();
}

async function install(where: Page, unticked: readonly string[]): Promise<void> {
  await where.getByRole("button", { name: "Install" }).first().click();
  const sheet = where.getByRole("dialog", { name: /^Install/ });
  for (const scope of unticked) await sheet.getByRole("checkbox", { name: scope }).uncheck();
  await sheet.getByRole("button", { name: "Continue" }).click();
  await sheet.getByRole("textbox", { name: /^Password/ }).fill(cloud.member("Admin").password);
  await sheet.getByRole("textbox", { name: /^Second factor/ }).fill(code("Admin"));
  await sheet.getByRole("button", { name: "Install app" }).click();
  await sheet.getByRole("button", { name: "Done" }).click();
}

async function launchApp(where: Page): Promise<FrameLocator> {
  await where.getByRole("button", { name: "Launch app" }).first().click();
  return openedApp(where);
}

function openedApp(where: Page): FrameLocator {
  return where.frameLocator('iframe[title^="Stripe Sync"]');
}

async function uninstall(where: Page): Promise<void> {
  await where.getByRole("link", { name: "Stripe Sync" }).first().click();
  await where.getByRole("button", { name: "Uninstall" }).click();
  const dialog = where.getByRole("dialog");
  await dialog.getByRole("textbox", { name: /^Password/ }).fill(cloud.member("Admin").password);
  await dialog.getByRole("textbox", { name: /^Second factor/ }).fill(code("Admin"));
  await dialog.getByRole("button", { name: "Uninstall app" }).click();
  await where.getByRole("button", { name: "Install" }).first().waitFor();
}

async function switchInstance(where: Page, index: number): Promise<void> {
  await where.getByRole("button", { name: /Switch instance/ }).click();
  await where.getByRole("menuitem", { name: cloud.organization.instances[index]?.name ?? "" }).click();
}

/** How many pixels the document is wider than its window. */
function overflow(where: { evaluate: Page["evaluate"] }): Promise<number> {
  return where.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
