/**
 * `npm run docs -- pictures`: every page of the dashboard at the widths of a phone, a tablet and a desk, dark and light,
 * in `dist/pictures`, to be looked at; those that the guide shows are laid into `docs/guide/images`.
 */
import { copyFileSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { generateSync } from "otplib";
import type { Page } from "playwright-core";
import { launchBrowser, openPage } from "../../tests/support/browser.ts";
import { eventually, RunningCloud } from "../../tests/support/running-cloud.ts";

const root = resolve(import.meta.dirname, "../..");
const folder = join(root, "dist", "pictures");
const images = join(root, "docs", "guide", "images");
const windows = [
  [412, 780],
  [900, 900],
  [1600, 1000],
] as const;
const schemes = ["dark", "light"] as const;
/** Small ones, of what a reader of the guide has not seen yet. */
const inTheGuide = ["transactions-900-light", "bad-days-900-dark", "alerts-412-light"];

/** Takes all pictures of a Cloud of its own, with Stripe Sync installed and its first run done. */
export async function takePictures(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const [cloud, browser] = await Promise.all([RunningCloud.start(), launchBrowser()]);
  try {
    await fill(cloud);
    const page = await openPage(browser);
    await logIn(page, cloud);
    const links = page.getByRole("navigation", { name: "Main" }).getByRole("link");
    const places = await links.evaluateAll((all) => all.map((each) => each.getAttribute("href") ?? ""));
    for (const path of places) await pictures(page, cloud, path, path.split("/").at(-1) ?? "");
    await pictures(page, cloud, `${places[0]}/${cloud.app.app_id}`, "app");
  } finally {
    await browser.close();
    await cloud.stopAndForget();
  }
  for (const name of inTheGuide) copyFileSync(join(folder, `${name}.png`), join(images, `${name}.png`));
  console.log(`The pictures are in ${folder}.`);
}

/** Waits until the first run has raised its alerts, which it does last. */
async function fill(cloud: RunningCloud): Promise<void> {
  const place = { app_id: cloud.app.app_id, instance_id: cloud.instance(0) };
  await cloud.admin("POST", "/admin/installations", place);
  await eventually(
    "the first run's alerts",
    () => cloud.admin<{ total: number }>("GET", "/admin/audit?category=Alerts&method=POST"),
    ({ body }) => body.total > 0,
    120_000,
  );
}

async function logIn(page: Page, cloud: RunningCloud): Promise<void> {
  const { email, password, totp_secret: secret } = cloud.member("Admin");
  await page.goto(cloud.url);
  await page.getByRole("textbox", { name: /^Email/ }).fill(email);
  await page.getByRole("textbox", { name: /^Password/ }).fill(password);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("textbox", { name: /^Second factor/ }).fill(generateSync({ secret }));
  await page.getByRole("navigation", { name: "Main" }).waitFor();
}

async function pictures(page: Page, cloud: RunningCloud, path: string, name: string): Promise<void> {
  await page.goto(`${cloud.url}${path}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.waitForLoadState("networkidle");
  for (const [width, height] of windows) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme });
      await page.evaluate(sayTheSameEachTime);
      const file = join(folder, `${name}-${width}-${colorScheme}.png`);
      await page.screenshot({ path: file, animations: "disabled" });
    }
  }
}

/**
 * Runs in the page: what a change of scheme moves has arrived, and moments, ids and ports that are others in each run are written as the same ones, so that a
 * picture of a page that did not change is the same file again.
 */
function sayTheSameEachTime(): void {
  for (const animation of document.getAnimations()) {
    if (animation.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY) animation.finish();
  }
  const others: readonly (readonly [RegExp, string])[] = [
    [/\d{4}-\d\d-\d\d \d\d:\d\d(?=(:\d\d)?)/g, "2026-01-05 09:30"],
    [/(?<=\d\d:\d\d):\d\d(\.\d{3})?/g, ":00"],
    [/just now|\d+ [a-z]+ ago/g, "just now"],
    [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "5e1f0c42-7a3b-4d19-9c86-2b0d4e8a7f31"],
    [/[0-9a-f]{8}…[0-9a-f]{4}/g, "5e1f0c42…7f31"],
    [/blnk_[0-9A-Za-z]{3}/g, "blnk_5e1"],
    [/\d+ ms/g, "12 ms"],
    [/localhost:\d+/g, "localhost:4401"],
  ];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode;
    const same = others.reduce((text, [other, one]) => text.replace(other, one), node.nodeValue ?? "");
    if (same !== node.nodeValue) node.nodeValue = same;
  }
}
