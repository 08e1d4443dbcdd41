/**
 * `npm run docs -- pictures`: every page of the dashboard at the widths of a phone, a tablet and a desk, dark and light, in
 * `docs/guide/images`, and the guide's page that shows them all; and the checker's report. To be looked at before they
 * are committed.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { generateSync } from "otplib";
import type { Page } from "playwright-core";
import { launchBrowser, openPage } from "../../tests/support/browser.ts";
import { eventually, RunningCloud } from "../../tests/support/running-cloud.ts";
import { takeReportPictures } from "./report-pictures.ts";

const root = resolve(import.meta.dirname, "../..");
const guide = join(root, "docs", "guide");
const folder = join(guide, "images");
const windows = [
  [412, 780],
  [900, 900],
  [1600, 1000],
] as const;
const schemes = ["light", "dark"] as const;
/** As WebP keeps the text of a page sharp; so many of them are to weigh less than the sources. */
const quality = 60;

/** A page that pictures were taken of: the beginning of its files' names, and its heading. */
type Shown = { readonly name: string; readonly heading: string };

/** Takes all pictures of a Cloud of its own, with Stripe Sync installed and its first run done. */
export async function takePictures(): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const shown: Shown[] = [];
  const [cloud, browser] = await Promise.all([RunningCloud.start(), launchBrowser()]);
  try {
    await fill(cloud);
    const page = await openPage(browser);
    await page.goto(cloud.url);
    shown.push(await pictures(page, "login"));
    await logIn(page, cloud);
    const links = page.getByRole("navigation", { name: "Main" }).getByRole("link");
    const places = await links.evaluateAll((all) => all.map((each) => each.getAttribute("href") ?? ""));
    const show = async (path: string, name: string) => {
      await page.goto(`${cloud.url}${path}`);
      shown.push(await pictures(page, name));
    };
    for (const path of places) {
      const name = path.split("/").at(-1) ?? "";
      await show(path, name);
      const line = withRecords.get(name);
      if (line !== undefined) shown.push(await record(page, name, line));
    }
    const app = `${places[0]}/${cloud.app.app_id}`;
    await show(`${places[0]}/register`, "register");
    await show(`${app}/edit`, "edit");
    await show(`${places[0]}/../nowhere`, "nowhere");
    await show(app, "app");
    shown.push(await opened(page, "uninstall", "Uninstalling an app", "Uninstall"));
    await launch(page);
    shown.push({ ...(await pictures(page, "launched")), heading: "An app that was launched" });
    await page.goto(`${cloud.url}${app.replace(cloud.instance(0), cloud.instance(1))}`);
    shown.push(await opened(page, "install", "Installing an app", "Install"));
    await page.goto(`${cloud.url}${app}`);
    shown.push(await opened(page, "palette", "The command palette", /^Go to/));
    await takeReportPictures(browser, folder, quality);
  } finally {
    await browser.close();
    await cloud.stopAndForget();
  }
  const page = join(guide, "every-page.md");
  writeFileSync(page, pageOfAll(shown));
  formatted(page);
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

/** The app in its panel, beside what it posted; the page of the app is open. */
async function launch(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Launch app" }).first().click();
  const frame = page.frameLocator("iframe");
  await frame.getByRole("heading", { level: 1 }).waitFor();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Transactions" }).click();
  await page.getByRole("heading", { level: 1, name: "Transactions" }).waitFor();
}

/** Pages whose lines open beside them, and which line: one with something to show. */
const withRecords: ReadonlyMap<string, RegExp> = new Map([
  ...["deliveries", "ledgers", "transactions", "identities", "audit"].map((list) => [list, /./] as const),
  ["balances", /^Disputes/],
]);

/** The first such line of the list that is open. */
async function record(page: Page, list: string, line: RegExp): Promise<Shown> {
  await page.getByRole("row").getByRole("link", { name: line }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  await page.waitForLoadState("networkidle");
  await dialog.locator(".mantine-Skeleton-root").first().waitFor({ state: "detached" });
  const heading = (await dialog.getByRole("heading").first().textContent()) ?? list;
  await take(page, `${list}-record`);
  return { name: `${list}-record`, heading };
}

/** What a button of the page that is open opens. */
async function opened(page: Page, name: string, heading: string, button: string | RegExp): Promise<Shown> {
  await page.getByRole("button", { name: button }).first().click();
  await page.getByRole("dialog").waitFor();
  await take(page, name);
  await page.keyboard.press("Escape");
  return { name, heading };
}

async function pictures(page: Page, name: string): Promise<Shown> {
  const heading = page.getByRole("heading", { level: 1 });
  await heading.waitFor();
  await page.waitForLoadState("networkidle");
  await take(page, name);
  return { name, heading: (await heading.textContent()) ?? name };
}

/** At each width, in both schemes. */
async function take(page: Page, name: string): Promise<void> {
  const devTools = await page.context().newCDPSession(page);
  for (const [width, height] of windows) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme });
      for (const frame of page.frames()) {
        // What a new width lays out anew is there then.
        await frame.evaluate(
          () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
        );
        await frame.evaluate(sayTheSameEachTime);
      }
      const { data } = await devTools.send("Page.captureScreenshot", { format: "webp", quality });
      writeFileSync(join(folder, `${name}-${width}-${colorScheme}.webp`), Buffer.from(data, "base64"));
    }
  }
  await devTools.detach();
}

/** The guide's page of them all, each page at each width, light beside dark. */
function pageOfAll(shown: readonly Shown[]): string {
  const row = ({ name, heading }: Shown, width: number) => {
    const cells = schemes.map(
      (scheme) => `![${heading}, ${width} px, ${scheme}](images/${name}-${width}-${scheme}.webp)`,
    );
    return `| ${width} px | ${cells.join(" | ")} |`;
  };
  const sections = shown.map((each) =>
    [
      `## ${each.heading}`,
      "",
      "| | light | dark |",
      "| --- | --- | --- |",
      ...windows.map(([width]) => row(each, width)),
    ].join("\n"),
  );
  const head = [
    "# Every page of the dashboard",
    "",
    "At the widths of a phone, a tablet and a desk. `npm run docs -- pictures` takes them anew and writes this page.",
  ].join("\n");
  return `${[head, ...sections].join("\n\n")}\n`;
}

/** As the check wants every file of the repository. */
function formatted(file: string): void {
  const biome = join(root, "node_modules", "@biomejs", "biome", "bin", "biome");
  execFileSync(process.execPath, [biome, "format", "--write", file], { cwd: root, stdio: "inherit" });
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
    [/\d{4}-\d\d-\d\d/g, "2026-01-05"],
    [/\b\d\d:\d\d(:\d\d)?(\.\d{3})?/g, "09:30"],
    [/just now|\d+ [a-z]+ ago/g, "just now"],
    [/in \d+ minutes?/g, "in 38 minutes"],
    [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "5e1f0c42-7a3b-4d19-9c86-2b0d4e8a7f31"],
    [/[0-9a-f]{7,8}…[0-9a-f]{4}/g, "5e1f0c42…7f31"],
    [/blnk_[0-9A-Za-z]{3}/g, "blnk_5e1"],
    [/\d+ ms/g, "12 ms"],
    [/localhost:\d+/g, "localhost:4401"],
    [/127\.0\.0\.1:\d+/g, "127.0.0.1:4400"],
  ];
  const theSame = (text: string) => others.reduce((said, [other, one]) => said.replace(other, one), text);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode;
    const same = theSame(node.nodeValue ?? "");
    if (same !== node.nodeValue) node.nodeValue = same;
  }
  for (const field of document.querySelectorAll("input")) field.value = theSame(field.value);
}
