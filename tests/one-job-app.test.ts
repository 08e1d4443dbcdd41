/** What a second app needs of its own for one job, the list of its runs and a run's page: counted, and used. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { build } from "vite";
import { expect, onTestFinished, test } from "vitest";
import {
  callbackSecret,
  environmentIn,
  installBody,
  pathOf,
  portalRequest,
  publicUrl,
  served,
  temporaryDirectory,
} from "../packages/app/test/support.ts";
import { createOneJobApp } from "./one-job-app/app.ts";
import { findAccessibilityProblems } from "./support/accessibility.ts";
import { launchBrowser, openPage } from "./support/browser.ts";

const here = join(import.meta.dirname, "one-job-app");
const sources = ["app.ts", "pages/index.html", "pages/src/main.tsx"];

const runName = /^Count, \d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} UTC/;
/** Two runs of one minute are told apart by their ids. */
const runLink = /^Count, \d{4}-\d{2}-\d{2} \d{2}:\d{2} UTC, run_/;

/** What has the focus, in words. */
const focused = (page: Page) =>
  page.evaluate(() => (document.activeElement?.textContent ?? "").replace("←", "").trim());

test("an app with one job, its list of runs and a run's page is under 120 lines of its own", () => {
  const lines = sources.map((file) => readFileSync(join(here, file), "utf8").trimEnd().split("\n").length);
  expect(lines.reduce((sum, count) => sum + count, 0)).toBeLessThan(120);
});

test("a member starts the job, sees it end, and who started it; an ended session keeps the place", {
  timeout: 120_000,
}, async () => {
  await build({
    root: join(here, "pages"),
    configFile: false,
    base: "/portal/",
    logLevel: "error",
    build: { minify: false },
    // As in an app's page; what runs the tests says "test", which takes React's slow half along.
    define: { "process.env.NODE_ENV": '"production"' },
    oxc: { jsx: { development: false } },
  });
  const app = createOneJobApp({
    environment: { ...environmentIn(temporaryDirectory()), ANNEX_SESSION_SECONDS: "60" },
  });
  onTestFinished(() => app.close());
  const knock = (door: string, body: object) =>
    app.fetch(
      new Request(`${publicUrl}/cloud/${callbackSecret}/${door}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    );
  expect((await knock("callback", installBody())).status).toBe(200);
  const address = await served({ app });
  const launch = async () => {
    const { portal_url } = (await (await knock("portal", portalRequest())).json()) as { portal_url: string };
    return `${address}${pathOf(portal_url)}`;
  };
  const browser = await launchBrowser();
  onTestFinished(() => browser.close());
  const page = await openPage(browser, { viewport: { width: 412, height: 780 } });
  page.setDefaultTimeout(30_000);
  await page.goto(await launch());
  await page.getByText("Next by schedule “nightly”").waitFor();
  await page.getByRole("button", { name: "Count now" }).click();
  await page.getByRole("cell", { name: "Completed" }).waitFor();

  // A run is called what it does and when; until that is there, the heading has the focus of a page that was opened.
  const runs = "**/portal/api/runs/*";
  const held = Promise.withResolvers<void>();
  await page.route(runs, async (route) => {
    await held.promise;
    await route.continue();
  });
  await page.getByRole("link", { name: runLink }).click();
  await expect.poll(() => focused(page)).toBe("Run");
  await page.keyboard.press("Shift+Tab");
  expect(await focused(page)).toBe("Runs");
  held.resolve();
  await page.getByRole("heading", { level: 1, name: runName }).waitFor();
  expect([await focused(page), await page.title()]).toEqual(["Runs", expect.stringMatching(runName)]);
  await page.unroute(runs);
  await page.getByText("Started by you").waitFor();
  expect(await findAccessibilityProblems(page)).toEqual([]);

  // The session is not known any more; the page stays to be read, and the next launch opens it again.
  await page.route("**/portal/api/**", (route) =>
    route.fulfill({
      status: 410,
      json: { code: "session_expired", error: "The session has expired.", next: "Launch the app again." },
    }),
  );
  // The member returns to the page, which asks then, sooner than by itself.
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
  await page.locator('[data-code="session_expired"]').waitFor();
  expect(await page.getByRole("heading", { level: 1, name: runName, includeHidden: true }).count()).toBe(1);
  await page.unroute("**/portal/api/**");
  await page.goto(await launch());
  await page.getByRole("heading", { level: 1, name: runName }).waitFor();
});
