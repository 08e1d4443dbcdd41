/**
 * Every fault of the local Cloud against the app that ships with it, in a browser: what a person then reads on Stripe
 * Sync's page, what happened and what to do; and after a bad delivery, that the installation that counts works and no
 * other does. What each fault does on the wire is shown beside it, in `packages/sandbox/src/faults`.
 */
import { generateSync } from "otplib";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../apps/stripe-sync/simulator/index.ts";
import { launchBrowser, openPage } from "./support/browser.ts";
import { eventually, RunningCloud } from "./support/running-cloud.ts";

type Installed = { readonly installed_app_id: string; readonly code: string };

let simulator: Simulator;
let cloud: RunningCloud;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  simulator = await startSimulator({ port: 0, seed: 3 });
  // A key is judged at once, where it usually is given a minute after the install.
  const environment = { STRIPE_SIMULATOR_URL: simulator.url, ANNEX_KEY_GRACE_SECONDS: "0" };
  [cloud, browser] = await Promise.all([RunningCloud.start(environment), launchBrowser()]);
  page = await openPage(browser, { viewport: { width: 900, height: 900 } });
  page.setDefaultTimeout(30_000);
}, 120_000);

afterEach(async () => {
  await cloud.admin("DELETE", "/admin/faults");
});

afterAll(async () => {
  await browser?.close();
  await cloud?.stopAndForget();
  await simulator?.close();
});

const install = (granted?: readonly string[]) =>
  cloud.admin<Installed>("POST", "/admin/installations", {
    app_id: cloud.app.app_id,
    instance_id: cloud.instance(0),
    ...(granted && { granted_permissions: granted }),
  });
const uninstall = (id: string) => cloud.admin("DELETE", `/admin/installations/${id}`);
const launch = (id: string) =>
  cloud.admin<{ portal_url: string; code: string }>("POST", `/admin/installations/${id}/launch`, {
    user_id: cloud.member("Admin").user_id,
  });

async function setFault(fault: string, values: object): Promise<void> {
  const answer = await cloud.admin("POST", "/admin/faults", { fault, app_id: cloud.app.app_id, ...values });
  expect(answer.status).toBe(201);
}

async function logIn(where: Page): Promise<void> {
  const { email, password, totp_secret: secret } = cloud.member("Admin");
  await where.getByRole("textbox", { name: /^Email/ }).fill(email);
  await where.getByRole("textbox", { name: /^Password/ }).fill(password);
  await where.getByRole("button", { name: "Continue" }).click();
  await where.getByRole("textbox", { name: /^Second factor/ }).fill(generateSync({ secret }));
  await where.getByRole("navigation", { name: "Main" }).waitFor();
}

async function openApp(id: string): Promise<void> {
  const { body } = await launch(id);
  await page.goto(body.portal_url);
}

describe("a bad call is said on the page, with what to do", () => {
  let installation: string;

  beforeAll(async () => {
    installation = (await install()).body.installed_app_id;
    await openApp(installation);
    // Its first run is over, and the page has figures to lose.
    await page.getByText("Ties in every currency").waitFor({ timeout: 90_000 });
  }, 120_000);

  test("gateway-latency: the page waits, and says nothing is wrong", { timeout: 60_000 }, async () => {
    await setFault("gateway-latency", { milliseconds: 700 });
    await openApp(installation);
    await page.getByText("Ties in every currency").waitFor();
    expect(await page.locator("[data-code]").count()).toBe(0);
  });

  test.each([
    ["gateway-rate-limited", { retry_after: 30 }, "rate_limited", "Try again once the button is free"],
    ["gateway-status", { status: 500 }, "cloud_refused", "Try again; if it happens again"],
    ["gateway-cut", { after: "request" }, "cloud_unreachable", "try again"],
    ["gateway-cut", { after: "commit" }, "cloud_unreachable", "try again"],
    ["gateway-cut", { after: "half" }, "cloud_unreachable", "try again"],
    ["instance-stopped", {}, "instance_unavailable", "Check that the instance is running"],
  ])("%s %o: %s", { timeout: 90_000 }, async (fault, values, code, whatToDo) => {
    await setFault(fault, values);
    await openApp(installation);
    const said = page.locator(`[data-code="${code}"]`).first();
    await said.waitFor();
    expect(await said.textContent()).toContain("What to do next");
    expect(await said.textContent()).toContain(whatToDo);
  });

  describe("in the dashboard's panel", () => {
    let dashboard: Page;

    beforeAll(async () => {
      dashboard = await openPage(browser, { viewport: { width: 1600, height: 1000 } });
      dashboard.setDefaultTimeout(30_000);
      // Its clock goes on as usual, and can be put forward to when it asks again.
      await dashboard.clock.install();
      await dashboard.goto(`${cloud.url}/i/${cloud.instance(0)}/transactions?launched=${installation}`);
      await logIn(dashboard);
    }, 60_000);

    afterAll(() => dashboard?.context().close());

    const untilItAsksAgain = () => dashboard.clock.fastForward(16_000);
    const panel = () => dashboard.getByRole("dialog", { name: /launched app$/ });

    test("launch-denied: said while he works in the app, and his next launch is refused", {
      timeout: 90_000,
    }, async () => {
      await panel().frameLocator("iframe").getByText("Ties in every currency").waitFor();
      await setFault("launch-denied", { user_id: cloud.member("Admin").user_id });
      await untilItAsksAgain();
      const said = panel().getByRole("alert");
      await said.getByText("You may not launch this app any more").waitFor();
      expect(await said.textContent()).toContain("Ask an Admin");
      await panel().frameLocator("iframe").getByText("Ties in every currency").waitFor();
      expect(await launch(installation)).toMatchObject({ status: 403, body: { code: "launch_access" } });
      await cloud.admin("DELETE", "/admin/faults");
      await untilItAsksAgain();
      await said.waitFor({ state: "detached" });
    });

    test("sessions-expired: the log-in says so and leads back to the app", { timeout: 90_000 }, async () => {
      await cloud.admin("POST", "/admin/faults", { fault: "sessions-expired" });
      await untilItAsksAgain();
      const said = dashboard.getByRole("alert");
      await said.getByText("Your log-in has ended").waitFor();
      expect(await said.textContent()).toContain("Log in again");
      await cloud.admin("DELETE", "/admin/faults");
      await logIn(dashboard);
      await panel().frameLocator("iframe").getByText("Ties in every currency").waitFor();
    });
  });

  test("key-revoked: the open page says to install it again", { timeout: 60_000 }, async () => {
    await openApp(installation);
    await page.getByText("Ties in every currency").waitFor();
    await setFault("key-revoked", {});
    await page.getByRole("button", { name: "Refresh" }).first().click();
    const said = page.locator('[data-code="key_revoked"]').first();
    await said.waitFor();
    expect(await said.textContent()).toContain("install it again");
  });

  test("gateway-401: what is no word of Cloud's suspends the app, which says so", {
    timeout: 120_000,
  }, async () => {
    await uninstall(installation);
    installation = (await install()).body.installed_app_id;
    await openApp(installation);
    await page.getByText("Ties in every currency").waitFor({ timeout: 90_000 });
    await setFault("gateway-401", {});
    await page.getByRole("button", { name: "Refresh" }).first().click();
    const said = page.locator('[data-code="suspended"]').first();
    await said.waitFor();
    expect(await said.textContent()).toContain("check its Cloud address");
  });
});

describe("after a bad delivery the installation that counts works", () => {
  beforeAll(async () => {
    const { body } = await cloud.admin<{ data: Installed[] }>("GET", "/admin/installations?status=active");
    for (const { installed_app_id } of body.data) await uninstall(installed_app_id);
    await cloud.admin("PATCH", "/admin/settings", { delivery_timeout_seconds: 1 });
  });

  test.each([
    ["delivery-late", { seconds: 2 }, 502],
    ["delivery-answer-lost", {}, 502],
    ["delivery-twice", { copies: 3 }, 201],
    ["delivery-parallel", { copies: 10 }, 201],
    ["delivery-out-of-order", {}, 502],
    ["delivery-late-first", { seconds: 1 }, 502],
    ["delivery-field", { field: "granted_permissions", value: ["data:delete"] }, 502],
  ])("%s %o", { timeout: 90_000 }, async (fault, values, status) => {
    await setFault(fault, { ...values, times: 1 });
    // Without data:write nothing is synchronized, which this is not about.
    const first = await install(["data:read"]);
    expect(first.status).toBe(status);
    if (status === 502) expect(first.body.code).toBe("install_cancelled");
    const counts = status === 201 ? first : await install(["data:read"]);
    expect(counts.status).toBe(201);
    const { installed_app_id } = counts.body;
    await struck(fault);
    await openApp(installed_app_id);
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    for (const code of ["app_uninstalled", "key_revoked", "suspended"])
      expect(await page.locator(`[data-code="${code}"]`).count()).toBe(0);
    expect((await uninstall(installed_app_id)).status).toBe(200);
    // And its page says so.
    await page.reload();
    await page.locator('[data-code="app_uninstalled"]').first().waitFor();
  });

  /** Waits until the fault's delivery has come to its end, which may be after Cloud's own answer. */
  async function struck(fault: string): Promise<void> {
    await eventually(
      `the delivery of ${fault}`,
      async () =>
        (
          await cloud.admin<{ data: { faults: string[]; status: number | null; error: string | null }[] }>(
            "GET",
            `/admin/deliveries?kind=install&app_id=${cloud.app.app_id}`,
          )
        ).body.data.filter(({ faults }) => faults.includes(fault)),
      (seen) => seen.length > 0 && seen.every((each) => each.status !== null || each.error !== null),
    );
  }
});
