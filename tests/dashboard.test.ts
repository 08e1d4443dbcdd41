/**
 * The dashboard in a real Chromium, on what other platforms' pages broke over: a browser's translation, a browser that
 * calls itself offline, metadata without a bottom, a window of 206 pixels, forced colours, a switch of the scheme with
 * an app in the frame, a reload with an app launched. And axe on every page, drawer, sheet and dialog.
 */
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { generateSync } from "otplib";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { answering, startTestApp, type TestApp } from "../packages/sandbox/src/testing/test-app.ts";
import {
  startTestCloud,
  type TestCloud,
  testOrganization,
} from "../packages/sandbox/src/testing/test-cloud.ts";
import { findAccessibilityProblems } from "./support/accessibility.ts";
import { launchBrowser, openPage } from "./support/browser.ts";

const deepest = 600;

/** A portal page of no framework: it asks for the scheme as the contract's chosen values say, and shows the answer. */
const portalPage = `<!doctype html><title>Portal</title><p id="scheme">none</p><script>
  addEventListener("message", (message) => {
    if (message.source === parent && message.data?.type === "annex:color-scheme")
      document.getElementById("scheme").textContent = message.data.scheme + " from " + message.origin;
  });
  parent.postMessage({ type: "annex:color-scheme?" }, "*");
</script>`;

let cloud: TestCloud;
let app: TestApp;
let portal: Server;
let browser: Browser;
let page: Page;
let failures: string[];
let appId: string;
let installedAppId: string;
const rights = { width: 1600, height: 1000 };

beforeAll(async () => {
  [cloud, app, browser] = await Promise.all([
    startTestCloud({ seed: [testOrganization] }),
    startTestApp(),
    launchBrowser(),
  ]);
  portal = createServer((_request, response) =>
    response.writeHead(200, { "content-type": "text/html" }).end(portalPage),
  );
  await new Promise<void>((listening) => portal.listen(0, "localhost", listening));
  const address = `http://localhost:${(portal.address() as AddressInfo).port}/`;
  app.onPortal = answering(200, { portal_url: address });
  await writeBooks();
  page = await openPage(browser, { viewport: rights, colorScheme: "dark" });
  page.setDefaultTimeout(30_000);
  page.on("pageerror", (error) => failures.push(error.message));
  failures = [];
  await logIn();
}, 180_000);

beforeEach(async () => {
  failures = [];
  await page.setViewportSize(rights);
});

afterAll(async () => {
  await browser?.close();
  await new Promise((closed) => portal?.close(closed));
  await app?.close();
  await cloud?.remove();
});

const instance = () => cloud.instanceIds[0] ?? "";
const open = (path: string) => page.goto(`${cloud.url}/i/${instance()}/${path}`);
const main = () => page.getByRole("navigation", { name: "Main" });

/** Three balances, one of them with metadata that has no bottom, and two transactions. */
async function writeBooks(): Promise<void> {
  const { body } = await cloud.admin("POST", "/admin/apps", {
    organization_id: cloud.organizationId,
    manifest: app.manifest(),
  });
  appId = String(body["app_id"]);
  const waiting = await cloud.admin("POST", "/admin/apps", {
    organization_id: cloud.organizationId,
    manifest: app.manifest({ name: "Waiting_App_whose_name_has_no_blank_in_it_where_it_could_break" }),
  });
  const installed = await cloud.admin("POST", "/admin/installations", {
    app_id: appId,
    instance_id: instance(),
  });
  installedAppId = String(installed.body["installed_app_id"]);
  const key = String(app.received[0]?.body["api_key"]);
  const write = async (path: string, record: unknown) =>
    (await cloud.api(key, "POST", `/proxy/${path}?instance_id=${instance()}`, record)).body;
  const ledger = await write("ledgers", { name: "Shop" });
  const deep = JSON.parse(`${'{"a":'.repeat(deepest)}"bottom"${"}".repeat(deepest)}`) as unknown;
  const balance = async (name: string, more: Record<string, unknown> = {}) =>
    String(
      (
        await write("balances", {
          ledger_id: ledger["ledger_id"],
          currency: "USD",
          meta_data: { name, ...more },
        })
      )["balance_id"],
    );
  const till = await balance("Till");
  const fees = await balance("Card fees", { deep });
  const post = (reference: string, amount: number, destination: string) =>
    write("transactions", {
      reference,
      description: `About ${reference}`,
      amount,
      precision: 100,
      currency: "USD",
      source: "@World",
      destination,
      allow_overdraft: true,
      skip_queue: true,
    });
  // More than a page of the list.
  for (let day = 1; day <= 24; day += 1) await post(`day-${day}`, 2000 + day, till);
  await post("sale-1", 1234.5, till);
  await post("=fee", 7.25, fees);
  await write("identities", { identity_type: "individual", first_name: "Ada", last_name: "Lovelace" });
  await cloud.api(key, "POST", `/alerts/flag/${till}`, { title: "Till is short", description: "Count it" });
  await cloud.api(key, "POST", `/alerts/flag/${fees}`, {
    title: "Fees look odd",
    description: "Look at them",
  });
  // A call that two faults struck has the most to show in its row.
  await cloud.admin("POST", "/admin/faults", { fault: "gateway-latency", milliseconds: 1, times: 1 });
  await cloud.admin("POST", "/admin/faults", { fault: "gateway-rate-limited", retry_after: 1, times: 1 });
  await cloud.api(key, "GET", `/data/balances?instance_id=${instance()}`);
  // And a delivery to an app of a long name.
  await cloud.admin("POST", "/admin/faults", { fault: "delivery-late", seconds: 0 });
  await cloud.admin("POST", "/admin/faults", { fault: "delivery-out-of-order" });
  await cloud.admin("POST", "/admin/installations", {
    app_id: waiting.body["app_id"],
    instance_id: instance(),
  });
  await cloud.faults.clear();
}

function admin() {
  const member = cloud.members.find(({ role }) => role === "Admin");
  if (member === undefined) throw new Error("There is no Admin.");
  return member;
}

async function logIn(): Promise<void> {
  const member = admin();
  await page.goto(cloud.url);
  await page.getByRole("textbox", { name: /^Email/ }).fill(member.email);
  await page.getByRole("textbox", { name: /^Password/ }).fill(member.password);
  await page.getByRole("button", { name: "Continue" }).click();
  await page
    .getByRole("textbox", { name: /^Second factor/ })
    .fill(generateSync({ secret: member.totp_secret }));
  await main().waitFor();
}

/** What a browser's translator does to every text of the page. */
function translate(how: "wrap" | "replace"): Promise<void> {
  return page.evaluate((way) => {
    const texts: Text[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (parent === null || /^(SCRIPT|STYLE|FONT)$/.test(parent.tagName)) continue;
      if (parent.closest('[translate="no"]') === null && node.textContent?.trim() !== "")
        texts.push(node as Text);
    }
    for (const text of texts) {
      const font = document.createElement("font");
      text.replaceWith(font);
      if (way === "wrap") font.append(text);
      else font.textContent = `~${text.data}`;
    }
  }, how);
}

test.each(["wrap", "replace"] as const)(
  "a browser's translation (%s) breaks no page",
  { timeout: 90_000 },
  async (how) => {
    await open("transactions");
    await page.getByText("About sale-1").waitFor();
    await translate(how);
    await page.getByText("About sale-1").click();
    await page.getByRole("dialog", { name: /Transaction/ }).waitFor();
    await translate(how);
    await page.keyboard.press("Escape");
    for (const place of ["Balances", "Alerts", "Instances", "Apps"]) {
      await page
        .getByRole("link", { name: new RegExp(`${place}$`) })
        .first()
        .click();
      await page.getByRole("heading", { level: 1, name: place }).waitFor();
      await translate(how);
    }
    expect(failures).toEqual([]);
    expect(await page.getByText("This page has failed").count()).toBe(0);
  },
);

test("a browser that says it is offline still reads and changes what is on this machine", {
  timeout: 60_000,
}, async () => {
  await page.addInitScript(() => Object.defineProperty(navigator, "onLine", { get: () => false }));
  await open("transactions");
  await page.evaluate(() => window.dispatchEvent(new Event("offline")));
  await page.getByRole("link", { name: "Bad days" }).click();
  await page.getByRole("button", { name: "Switch on: Calls take long" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: /milliseconds/ }).fill("1");
  await dialog.getByRole("button", { name: "Switch on" }).click();
  await page.getByRole("link", { name: /1 fault on/ }).waitFor();
  await page.getByRole("button", { name: "Switch off: Calls take long" }).click();
  await page.getByRole("link", { name: /1 fault on/ }).waitFor({ state: "detached" });
});

test("metadata 600 levels deep is text beyond a depth, and loses nothing", { timeout: 60_000 }, async () => {
  await open("balances");
  await page.getByRole("link", { name: "Card fees" }).click();
  const dialog = page.getByRole("dialog", { name: /Balance/ });
  await dialog.getByText("bottom").waitFor();
  const text = (await dialog.getByText("bottom").textContent()) ?? "";
  expect(text.split('{"a":').length).toBeGreaterThan(500);
  expect(failures).toEqual([]);
});

/** The pages of the navigation, as the page itself names them. */
async function placePaths(): Promise<readonly string[]> {
  await main().waitFor();
  const links = await page
    .locator("nav[aria-label=Main] a")
    .evaluateAll((all) => all.map((each) => each.getAttribute("href")));
  expect(links.length).toBeGreaterThan(10);
  return links.map((href) => href?.split("/")[3] ?? "");
}

test("forced colours still tell which page is open, whether a switch is on, what is ticked and what lies above", {
  timeout: 60_000,
}, async () => {
  await page.emulateMedia({ forcedColors: "active" });
  onTestFinished(() => page.emulateMedia({ forcedColors: "none" }));
  await open("balances");
  await page.getByRole("heading", { level: 1, name: "Balances" }).waitFor();
  const looks = await main()
    .getByRole("link")
    .evaluateAll((links) =>
      links.map((link) => {
        const { outlineStyle, borderLeftColor, backgroundColor, textDecorationLine } = getComputedStyle(link);
        return [
          link.getAttribute("aria-current"),
          outlineStyle,
          borderLeftColor,
          backgroundColor,
          textDecorationLine,
        ].join(" ");
      }),
    );
  const current = looks.filter((look) => look.startsWith("page"));
  const others = looks.filter((look) => !look.startsWith("page")).map((look) => look.replace(/^\S*/, ""));
  expect(current).toHaveLength(1);
  expect(others).not.toContain(current[0]?.replace(/^\S*/, ""));
  await follow("audit");
  const track = page.getByRole("switch", { name: "All instances" }).locator("xpath=following-sibling::span");
  const look = () =>
    track.evaluate((each) => {
      const { borderTopStyle, borderTopColor, backgroundColor } = getComputedStyle(each);
      const thumb = getComputedStyle(each.firstElementChild ?? each).backgroundColor;
      return {
        drawn: borderTopStyle === "solid" && borderTopColor !== backgroundColor && thumb !== backgroundColor,
        backgroundColor,
      };
    });
  const off = await look();
  expect(off.drawn).toBe(true);
  await page.getByRole("switch", { name: "All instances" }).press(" ");
  await expect.poll(async () => (await look()).backgroundColor).not.toBe(off.backgroundColor);
  expect((await look()).drawn).toBe(true);

  await follow("apps");
  await page.getByRole("button", { name: "Install" }).click();
  const sheet = page.getByRole("dialog");
  const tick = sheet.getByRole("checkbox", { name: "data:read" }).locator("xpath=following-sibling::*[1]");
  const [drawn, ground, edge] = await tick.evaluate((each) => [
    getComputedStyle(each).color,
    getComputedStyle(each.previousElementSibling ?? each).backgroundColor,
    getComputedStyle(each.closest("[role=dialog]") ?? each).borderLeftStyle,
  ]);
  expect(drawn).not.toBe(ground);
  expect(edge).toBe("solid");
  // A name without a blank breaks where the sheet ends.
  const words = sheet.getByText("will be installed on");
  expect(await words.evaluate((each) => each.scrollWidth - each.clientWidth)).toBe(0);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  const chosen = page.getByRole("option", { selected: true });
  expect(await chosen.evaluate((each) => getComputedStyle(each).outlineStyle)).toBe("solid");
  await page.keyboard.press("Escape");
});

test("switching the scheme changes the whole page and the app in its frame, by a message each side checks", {
  timeout: 60_000,
}, async () => {
  await open("apps");
  await page.getByRole("button", { name: "Launch app" }).first().click();
  const scheme = page.frameLocator("iframe").locator("#scheme");
  await expect.poll(() => scheme.textContent()).toBe(`dark from ${new URL(cloud.url).origin}`);
  await page.getByRole("button", { name: "Switch to light theme" }).click();
  await expect.poll(() => scheme.textContent()).toContain("light");
  const backgrounds = await page.evaluate(() =>
    [document.documentElement, document.body].map((each) => getComputedStyle(each).backgroundColor),
  );
  for (const colour of backgrounds) expect(["rgb(247, 247, 245)", "rgba(0, 0, 0, 0)"]).toContain(colour);
  await page.getByRole("button", { name: "Switch to dark theme" }).click();
  await expect.poll(() => scheme.textContent()).toContain("dark");
});

test("an app at the dashboard's own address never receives the session, and is told to move", {
  timeout: 60_000,
}, async () => {
  const received: { readonly url: string | undefined; readonly headers: string }[] = [];
  const neighbour = createServer(({ url, rawHeaders }, response) => {
    received.push({ url, headers: rawHeaders.join("\n") });
    response.writeHead(200, { "content-type": "text/html", "set-cookie": "own=1; SameSite=Lax" });
    response.end('<!doctype html><script>fetch("/again")</script>');
  });
  await new Promise<void>((listening) => neighbour.listen(0, "127.0.0.1", listening));
  const answered = app.onPortal;
  onTestFinished(async () => {
    app.onPortal = answered;
    await page.context().clearCookies();
    neighbour.closeAllConnections();
    await new Promise((closed) => neighbour.close(closed));
  });
  const portalUrl = `http://127.0.0.1:${(neighbour.address() as AddressInfo).port}/enter`;
  app.onPortal = answering(200, { portal_url: portalUrl });
  await page.goto(`${cloud.url}/i/${instance()}/ledgers?launched=${installedAppId}`);
  await expect.poll(() => received.map(({ url }) => url)).toContain("/again");
  const session = await page.evaluate(() => localStorage.getItem("annex-session"));
  expect(session).toMatch(/./);
  expect(received.filter(({ headers }) => headers.includes(session ?? ""))).toEqual([]);
  expect((await page.context().cookies(cloud.url)).map(({ name }) => name)).toEqual(["own"]);
  const told = page.getByText(/^Where the dashboard is opened at 127\.0\.0\.1, this app is at its address/);
  await open(`apps/${appId}`);
  await expect
    .poll(() => told.textContent())
    .toContain(`Register it at ${app.url.replace("127.0.0.1", "localhost")}.`);
  await open("apps/register");
  const field = page.getByRole("textbox", { name: /^Portal generator URL/ });
  await field.fill("http://localhost:3000/p");
  expect(await told.count()).toBe(0);
  await field.fill("http://127.0.0.1:3000/p");
  await told.waitFor();
});

test("the live view tells who calls and which app is told what, as it happens", {
  timeout: 60_000,
}, async () => {
  await open("audit");
  await page.getByRole("button", { name: "Watch live" }).click();
  const live = page.getByRole("region", { name: "Live" });
  await live.getByText("live", { exact: true }).waitFor();
  const key = String(app.received[0]?.body["api_key"]);
  await cloud.api(key, "GET", `/data/balances?instance_id=${instance()}`);
  const [member] = cloud.members;
  await cloud.admin("POST", `/admin/installations/${installedAppId}/launch`, { user_id: member?.user_id });
  const lines = live.getByRole("listitem");
  await lines.filter({ hasText: /\d\d:\d\d:\d\d.*200.*GET \/data\/balances Test App/ }).waitFor();
  await lines.filter({ hasText: /\d\d:\d\d:\d\d.*200.*portal → Test App/ }).waitFor();
  await lines.filter({ hasText: "portal → Test App" }).getByRole("link").click();
  await page.getByRole("dialog").getByText("Test App").first().waitFor();
  expect(failures).toEqual([]);
});

test("the delivery log is filtered by instance and by days, and the address keeps it", {
  timeout: 60_000,
}, async () => {
  await open("deliveries?instance_id=inst_of_nobody");
  const none = page.getByText("No delivery matches these filters");
  await none.waitFor();
  await page.getByRole("combobox", { name: "Instance" }).click();
  await page.getByRole("option", { name: "Only" }).click();
  const sent = page.getByRole("link", { name: "install" });
  await sent.first().waitFor();
  expect(new URL(page.url()).searchParams.get("instance_id")).toBe(instance());
  await page.getByLabel("Days (UTC), to").fill("2020-01-01");
  await none.waitFor();
  await page.reload();
  await none.waitFor();
  await page.getByLabel("Days (UTC), to").fill("");
  await sent.first().waitFor();
});

test("a launched app has an address that outlives a reload, and closing it takes it away", {
  timeout: 60_000,
}, async () => {
  await open("transactions");
  await page.goto(`${cloud.url}/i/${instance()}/transactions?launched=${installedAppId}`);
  const panel = page.getByRole("dialog", { name: "Test App, launched app" });
  await panel.waitFor();
  await page.reload();
  await panel.waitFor();
  await main().getByRole("link", { name: "Balances" }).click();
  await expect.poll(() => page.url()).toContain(`balances?launched=${installedAppId}`);
  expect(page.url()).not.toContain("token");
  await page.getByRole("button", { name: "Close app" }).click();
  await expect.poll(() => page.url()).not.toContain("launched");
  await panel.waitFor({ state: "detached" });
});

test("a click in the middle of a row opens it; Esc closes it, and Back does not open it again", {
  timeout: 60_000,
}, async () => {
  await open("balances");
  await main().getByRole("link", { name: "Transactions" }).click();
  const row = page.getByRole("row").filter({ hasText: "About sale-1" });
  await row.getByText("Till").click();
  await page.getByRole("dialog", { name: /Transaction/ }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.goBack();
  expect(await page.getByRole("dialog").count()).toBe(0);
});

test("several alerts are set to a status at once, and each says who raised it and who changed it", {
  timeout: 60_000,
}, async () => {
  await open("alerts");
  const alerts = page.getByRole("list", { name: "Alerts" }).getByRole("listitem");
  await alerts.filter({ hasText: "Till is short" }).getByText("Raised by Test App").waitFor();
  await page.getByRole("checkbox", { name: "All on this page" }).check();
  await page.getByText("2 alerts chosen").waitFor();
  await page.getByRole("button", { name: "Set status" }).click();
  await page.getByText("2 alerts set to Resolved").waitFor();
  for (const title of ["Till is short", "Fees look odd"]) {
    const alert = alerts.filter({ hasText: title });
    await alert.getByText("1 change").click();
    await alert.getByText("Ada set it to Resolved").waitFor();
  }
});

test("the file of a list has exact amounts, the names of balances, and no formula", {
  timeout: 60_000,
}, async () => {
  await open("transactions?sort=amount");
  await page.getByText("About sale-1").waitFor();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export CSV" }).click(),
  ]);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(Buffer.from(chunk as Uint8Array));
  const lines = Buffer.concat(chunks).toString("utf8").split("\r\n");
  expect(lines[0]).toContain("reference,description,status,amount,currency");
  expect(lines[1]).toMatch(/,'=fee,.*,7\.25,USD,725,100,/);
  expect(lines[1]).toContain(",Card fees,");
  expect(lines[2]).toMatch(/,sale-1,.*,1234\.50,USD,123450,100,/);
});

/** In the page: what it does in its next frame waits until it is released. */
function holdFrames() {
  const real = window.requestAnimationFrame;
  const held: FrameRequestCallback[] = [];
  window.requestAnimationFrame = (callback) => held.push(callback);
  return {
    release: () => {
      window.requestAnimationFrame = real;
      for (const callback of held) callback(performance.now());
    },
  };
}

test("the command palette goes to a page by its name and to a record by its id", {
  timeout: 60_000,
}, async () => {
  await open("apps");
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("ledg");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Ledgers" }).waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill(installedAppId.replace("instapp_", "txn_"));
  // A frame that comes late, as on a busy machine: by then the drawer has the focus, and keeps it.
  const frames = await page.evaluateHandle(holdFrames);
  await page.keyboard.press("Enter");
  await page.getByText("Nothing has this id here").waitFor();
  const focused = page.getByRole("dialog").locator(":focus");
  await focused.waitFor();
  await frames.evaluate(({ release }) => release());
  expect(await focused.count()).toBe(1);
});

test("the command palette lies above an open drawer: Esc closes one after the other, and the focus goes back the same way", {
  timeout: 60_000,
}, async () => {
  await open("balances");
  const opener = page.getByRole("link", { name: "Card fees" }).first();
  await opener.click();
  const drawer = page.getByRole("dialog", { name: "Balance" });
  const inDrawer = drawer.locator(":focus");
  await inDrawer.waitFor();
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog", { name: "Command palette" });
  await palette.locator(":focus").waitFor();
  // What lies below is there for nobody: neither for the keyboard nor for whoever hears the page.
  await page.locator("[inert]").getByRole("dialog", { name: "Balance" }).waitFor();
  expect(await findAccessibilityProblems(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await palette.waitFor({ state: "detached" });
  await inDrawer.waitFor();
  await page.keyboard.press("Control+k");
  await palette.waitFor();
  await page.keyboard.press("Control+k");
  await palette.waitFor({ state: "detached" });
  await inDrawer.waitFor();
  await page.keyboard.press("Escape");
  await drawer.waitFor({ state: "detached" });
  await expect.poll(() => opener.evaluate((link) => link === document.activeElement)).toBe(true);
});

test("a page that is loaded is walked from its beginning: the first Tab leads to the link past the navigation", {
  timeout: 60_000,
}, async () => {
  const skip = page.getByRole("link", { name: "Skip to content" });
  const arrive = async () => {
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.keyboard.press("Tab");
    await skip.and(page.locator(":focus")).waitFor();
  };
  for (const address of [cloud.url, `${cloud.url}/i/${instance()}`]) {
    await page.goto(address);
    await arrive();
  }
  await page.reload();
  await arrive();
});

/** The widths of a phone's and a desk's at twice the size, a phone, a tablet and a desk, with the height of each. */
const windows = [
  [206, 390],
  [800, 500],
  [900, 900],
  [412, 780],
  [1600, 1000],
] as const;

test("the focus is never lost: a dialog that closes gives it back, and a page that is gone to has it", {
  timeout: 60_000,
}, async () => {
  const isFocused = (locator: Locator) => locator.and(page.locator(":focus")).waitFor();
  const dialog = page.getByRole("dialog");
  await open("apps");
  const install = page.getByRole("button", { name: "Install" });
  await install.focus();
  // The first time it is loaded as it opens, the second time it was there.
  for (let time = 0; time < 2; time += 1) {
    await page.keyboard.press("Enter");
    await isFocused(dialog.getByRole("button", { name: "Close" }));
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await isFocused(install);
  }
  await page.keyboard.press("Control+k");
  await isFocused(page.getByRole("combobox"));
  await page.keyboard.press("Escape");
  await isFocused(install);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("Balances");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Till" }).waitFor();
  await isFocused(page.locator("#content"));
});

test("every page fits and axe finds nothing on it, at each width, dark and light", {
  timeout: 180_000,
}, async () => {
  const problems: string[] = [];
  await open("apps");
  const paths = await placePaths();
  for (const path of [...paths, "apps/register", `apps/${appId}`, `apps/${appId}/edit`]) {
    await page.setViewportSize(rights);
    await (paths.includes(path) ? follow(path) : open(path));
    await isThere();
    for (const [width, height] of windows) {
      await page.setViewportSize({ width, height });
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn))));
      problems.push(...(await misfits()).map((what) => `${path} ${width}: ${what}`));
      if (width === 412 || width === 1600) problems.push(...(await lookedAt(`${path} ${width}`)));
    }
  }
  expect(problems).toEqual([]);
});

test("axe finds nothing on any drawer, sheet, dialog or menu, dark and light", {
  timeout: 180_000,
}, async () => {
  const problems: string[] = [];
  const looked: string[] = [];
  const look = async (where: string) => {
    looked.push(where);
    problems.push(...(await lookedAt(where)));
  };
  const dialog = page.getByRole("dialog");
  await open("apps");
  for (const [path, name] of [
    ["transactions", "About sale-1"],
    ["balances", "Card fees"],
    ["ledgers", "Shop"],
    ["identities", "Ada Lovelace"],
    ["audit", "POST /proxy/transactions"],
    ["deliveries", "install"],
  ] as const) {
    await follow(path);
    await page.getByRole("link", { name }).first().click();
    await dialog.waitFor();
    await isThere();
    await look(`${path} drawer`);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
  }

  await follow("bad-days");
  await page.getByRole("button", { name: "Switch on: A field is other than it should be" }).click();
  await dialog.getByText("For seconds").waitFor();
  await look("fault dialog");
  await page.keyboard.press("Escape");

  await follow("apps");
  await page.getByRole("button", { name: "Install" }).click();
  await dialog.getByRole("checkbox", { name: "data:write" }).uncheck();
  await look("install sheet, permissions");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await dialog.getByRole("textbox", { name: /^Password/ }).fill("not the password");
  await dialog.getByRole("textbox", { name: /^Second factor/ }).fill("000000");
  await dialog.getByRole("button", { name: "Install app" }).click();
  await dialog.getByText("Authentication failed").waitFor();
  await look("install sheet, refused");
  app.onCallback = answering(500);
  const { password, totp_secret: secret } = admin();
  await dialog.getByRole("textbox", { name: /^Password/ }).fill(password);
  await dialog.getByRole("textbox", { name: /^Second factor/ }).fill(generateSync({ secret }));
  await dialog.getByRole("button", { name: "Install app" }).click();
  // Not the words of the wait, which say that it may be cancelled.
  await dialog.getByText("Installation cancelled").waitFor();
  app.onCallback = answering(200);
  await look("install sheet, cancelled");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });

  for (const [button, awaited] of [
    ["Uninstall", "Its sessions end"],
    ["Remove", "Nobody can install it any more"],
  ] as const) {
    await open(`apps/${appId}`);
    await page.getByRole("button", { name: button }).click();
    await dialog.getByText(awaited).waitFor();
    await look(`${button} dialog`);
  }

  await open("instances");
  await page.getByRole("button", { name: /^Stop/ }).click();
  await dialog.waitFor();
  await look("stop dialog");
  await dialog.getByRole("button", { name: /^Stop/ }).click();
  await page.getByRole("button", { name: /^Instance: Only stopped/ }).click();
  await page.getByRole("menu").waitFor();
  await look("menu of instances, the one open is stopped");
  await page.keyboard.press("Escape");
  await follow("transactions");
  await page.getByRole("link", { name: "Instances, where it is started" }).click();
  await page.getByRole("button", { name: /^Start/ }).waitFor();
  await cloud.admin("PATCH", `/admin/instances/${instance()}`, { state: "running" });

  await open("apps");
  await page.getByRole("button", { name: "Launch app" }).first().click();
  await page.frameLocator("iframe").locator("#scheme").waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").waitFor();
  await look("palette and panel");
  await page.getByRole("combobox").fill("nothing of this name");
  await look("palette that finds nothing");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Close app" }).click();

  await page.getByRole("button", { name: /^User menu/ }).click();
  await page.getByRole("menu").waitFor();
  await look("menu of the user");
  await page.keyboard.press("Escape");
  await page.setViewportSize({ width: 412, height: 780 });
  await page.getByRole("button", { name: "Open navigation" }).click();
  await look("navigation of a phone");
  await page.keyboard.press("Escape");

  await cloud.admin("POST", "/admin/faults", { fault: "launch-denied", user_id: admin().user_id });
  await page.getByRole("button", { name: "Launch app" }).first().click();
  await page.getByText("You may not launch this app").waitFor();
  await look("panel of a launch that was refused, a fault on");
  await cloud.faults.clear();
  await page.getByRole("button", { name: "Close app" }).click();
  await cloud.admin("PATCH", `/admin/apps/${appId}`, { manifest: { launch_requires_authentication: true } });
  await open("apps");
  await page.getByRole("button", { name: "Launch app" }).first().click();
  await page.getByRole("form", { name: "Confirm it is you" }).waitFor();
  await look("panel that asks who it is");
  await cloud.admin("PATCH", `/admin/apps/${appId}`, { manifest: { launch_requires_authentication: false } });
  expect(problems).toEqual([]);
  const unseen = Object.values(above).filter((name) => !looked.some((where) => where.startsWith(name)));
  expect(unseen).toEqual([]);
});

/** Where the source opens something above the page, and what the test above calls it. */
const above: Readonly<Record<string, string>> = {
  "apps/install-sheet.tsx": "install sheet",
  "apps/remove-app.tsx": "Remove dialog",
  "apps/uninstall-dialog.tsx": "Uninstall dialog",
  "days/fault-switch.tsx": "fault dialog",
  "operations/audit-drawer.tsx": "audit drawer",
  "operations/delivery-drawer.tsx": "deliveries drawer",
  "operations/instances-page.tsx": "stop dialog",
  "records/balance-drawer.tsx": "balances drawer",
  "records/identities-page.tsx": "identities drawer",
  "records/ledgers-page.tsx": "ledgers drawer",
  "records/transaction-drawer.tsx": "transactions drawer",
  "shell/instance-menu.tsx": "menu of instances",
  "shell/palette.tsx": "palette and panel",
  "shell/user-menu-items.tsx": "menu of the user",
};

test("whatever the pages open above themselves is among what axe looks at", () => {
  const source = join(import.meta.dirname, "../packages/sandbox/dashboard/src");
  const opens = /<(?:Dialog|Confirmation|Sheet|RecordDrawer|StoredDrawer|Menu|Popover|Modal|Drawer)\s/;
  const found = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".tsx") && opens.test(readFileSync(join(source, file), "utf8")),
  );
  const parts = [
    "parts/confirmation.tsx",
    "parts/dialogs.tsx",
    "parts/late-menu.tsx",
    "parts/record-drawer.tsx",
    "records/stored-drawer.tsx",
  ];
  expect(found.toSorted()).toEqual([...Object.keys(above), ...parts].toSorted());
});

test("axe finds nothing on what stands outside the shell: the log-in, an address that leads nowhere", {
  timeout: 90_000,
}, async () => {
  const stranger = await openPage(browser, { viewport: { width: 412, height: 780 }, colorScheme: "dark" });
  const problems: string[] = [];
  await stranger.goto(cloud.url);
  await stranger.getByRole("textbox", { name: /^Email/ }).fill(admin().email);
  problems.push(...(await lookedAt("log-in", stranger)));
  await stranger.getByRole("textbox", { name: /^Password/ }).fill("not the password");
  await stranger.getByRole("button", { name: "Continue" }).click();
  await stranger.getByRole("alert").first().waitFor();
  problems.push(...(await lookedAt("log-in, refused", stranger)));
  await stranger.context().close();
  for (const [address, heading] of [
    [`/i/${instance()}/nothing`, "There is no page here"],
    ["/i/inst_nothing/apps", "No such instance in your organization"],
  ] as const) {
    await page.goto(`${cloud.url}${address}`);
    await page.getByRole("heading", { level: 1, name: heading }).waitFor();
    problems.push(...(await lookedAt(address)));
  }
  expect(problems).toEqual([]);
});

/** What of the page does not fit its place. */
function misfits(): Promise<readonly string[]> {
  return page.evaluate(() => {
    const boxes = [document.documentElement, ...document.querySelectorAll(".annex-table")];
    const over = Math.max(...boxes.map((box) => box.scrollWidth - box.clientWidth));
    // What leads a card is not squeezed to a column of letters by the marks beside it.
    const leads = [...document.querySelectorAll('[data-layout="cards"] [data-part="lead"]')];
    const isSqueezed = leads.some((lead) => lead.clientWidth < 60);
    const drawn = (cell: Element) => {
      const range = document.createRange();
      range.selectNodeContents(cell);
      return range.getBoundingClientRect();
    };
    const isCovered = leads.some((lead) => {
      const mark = lead.parentElement?.querySelector('[data-part="mark"]');
      if (mark === null || mark === undefined) return false;
      const [one, other] = [drawn(lead), drawn(mark)];
      return one.right > other.left && one.bottom > other.top && other.bottom > one.top;
    });
    return [
      ...(over > 0 ? [`${over} px too wide`] : []),
      ...(isSqueezed ? ["a card's first line"] : []),
      ...(isCovered ? ["a card's mark lies on its first line"] : []),
    ];
  });
}

/** What axe says of the page as it stands; in the light, of its colours, since all else is the same. */
async function lookedAt(where: string, on: Page = page): Promise<readonly string[]> {
  const dark = await findAccessibilityProblems(on);
  await on.emulateMedia({ colorScheme: "light" });
  const light = await findAccessibilityProblems(on, ["color-contrast"]);
  await on.emulateMedia({ colorScheme: "dark" });
  return [
    ...dark.map((problem) => `${where} dark: ${problem}`),
    ...light.map((problem) => `${where} light: ${problem}`),
  ];
}

/** Goes to a page as its link does, without loading all again. */
async function follow(path: string): Promise<void> {
  const link = main().locator(`a[href="/i/${instance()}/${path}"]`);
  await link.click();
  await page.locator(`nav[aria-label=Main] a[href="/i/${instance()}/${path}"][aria-current=page]`).waitFor();
}

/** Waits until nothing of the page is still to come. */
async function isThere(): Promise<void> {
  await page.getByRole("heading", { level: 1 }).waitFor({ state: "attached" });
  await page.waitForFunction(
    () => document.querySelector(".mantine-Skeleton-root, .mantine-Loader-root") === null,
  );
}
