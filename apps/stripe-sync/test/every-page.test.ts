/**
 * Every page of Stripe Sync in every state, over written-down answers, in a real Chromium: at each width nothing juts out
 * and no table scrolls within itself, and axe finds nothing. `ANNEX_PHOTOS=<folder>` keeps a picture of each at 412, 900
 * and 1600 pixels in both schemes, and has axe look at each of them.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findAccessibilityProblems } from "../../../tests/support/accessibility.ts";
import { launchBrowser } from "../../../tests/support/browser.ts";
import { findings, lives, settings } from "./scenes/answers.ts";
import { expired, later, type Scene, scenes, unnamedSession } from "./scenes/scenes.ts";
import { show } from "./scenes/stage.ts";

const sizes = [
  { width: 412, height: 780 },
  { width: 900, height: 900 },
  { width: 1600, height: 1000 },
] as const;
const schemes = ["dark", "light"] as const;
const photos = process.env["ANNEX_PHOTOS"];

type Look = { readonly size: (typeof sizes)[number]; readonly scheme: (typeof schemes)[number] };
const everyLook: readonly Look[] = sizes.flatMap((size) => schemes.map((scheme) => ({ size, scheme })));

let browser: Browser;
let page: Page;
/** What a page has thrown. */
const faults: string[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
  const context = await browser.newContext({ reducedMotion: "reduce" });
  page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on("pageerror", (error) => faults.push(error.message));
  if (photos !== undefined) mkdirSync(photos, { recursive: true });
}, 60_000);

afterAll(() => browser?.close());

test("each scene has a name of its own", () => {
  expect(new Set(scenes.map(({ name }) => name)).size).toBe(scenes.length);
});

const looked = scenes.filter(({ onlyPhotographed }) => photos !== undefined || onlyPhotographed !== true);

test.each(looked.map((scene, number) => [scene.name, scene, number] as const))(
  "%s",
  { timeout: 60_000 },
  async (_name, scene, number) => {
    // One width and one scheme each for axe, another one for the next scene: all are looked at in all of them.
    const own = everyLook[number % everyLook.length];
    await page.setViewportSize(sizes[0]);
    await page.emulateMedia({ colorScheme: own?.scheme ?? "dark" });
    await show(page, scene);
    for (const look of photos === undefined ? looksOf(own) : everyLook) {
      await page.setViewportSize(look.size);
      await page.emulateMedia({ colorScheme: look.scheme });
      // Tables lay themselves out anew once they have seen their new width.
      await expect
        .poll(() => juttingOut(), { message: `at ${look.size.width} px`, timeout: 10_000 })
        .toEqual([]);
      if (photos !== undefined || look === own) expect(await findAccessibilityProblems(page)).toEqual([]);
      if (photos !== undefined) await photograph(scene, look, photos);
    }
    if (scene.endsSession === true) await opensAgain(scene);
    expect(faults).toEqual([]);
  },
);

test("a session that ends keeps the finding that is open and the reason that was typed, and the next launch has both", async () => {
  const scene = named("findings: session expired");
  const reason = page.getByLabel("Why it may stay").last();
  await page.setViewportSize(sizes[0]);
  await show(page, {
    ...scene,
    path: "/findings",
    prepare: async (where) => {
      await where
        .getByRole("button", { name: /^Details of/ })
        .nth(2)
        .click();
      await reason.fill("Settled with the network");
    },
  });
  await page.getByText("The next launch opens this page again, with what you typed.").waitFor();
  expect(await reason.inputValue()).toBe("Settled with the network");
  await opensAgain({ ...scene, path: "/findings?finding=fnd_3" });
  expect(await reason.inputValue()).toBe("Settled with the network");
});

test.each([
  [
    "overview: session expired",
    "Sync certain days…",
    { From: "2026-11-01", "To, this day included": "2026-11-03" },
  ],
  [
    "settings: session expired",
    undefined,
    { "Connected account (optional)": "acct_1Typed", "Cron expression": "0 7 * * *" },
  ],
])("%s: what was typed is there after the next launch", async (name, opener, typed) => {
  const scene = named(name);
  await show(page, {
    ...scene,
    prepare: async (where) => {
      if (opener === undefined) await where.getByLabel("Sync", { exact: true }).selectOption("own");
      else await where.getByRole("button", { name: opener }).click();
      for (const [label, text] of Object.entries(typed)) await where.getByLabel(label).fill(text);
    },
  });
  await opensAgain(scene);
  for (const [label, text] of Object.entries(typed))
    await expect.poll(() => page.getByLabel(label).inputValue()).toBe(text);
});

test("a reason that was sent is no draft any more, though its finding has left the list", async () => {
  const left = findings.filter(({ id }) => id !== "fnd_3");
  const approve = page.getByRole("button", { name: "Post this correction" });
  await show(page, {
    ...named("findings: session expired"),
    path: "/findings?finding=fnd_3",
    afterwards: {
      "POST /api/findings/fnd_3/": { body: lives.acknowledged },
      "/api/findings": { body: { data: left } },
      // Long before all is asked again that may have changed.
      ...othersHang,
      "POST /api/findings/fnd_4/": expired,
    },
    act: async (where) => {
      await where.getByLabel("Why it may stay").last().fill("Settled with the network");
      await where.getByRole("button", { name: "Acknowledge", exact: true }).click();
      await where.getByLabel("Why it may stay").last().waitFor({ state: "detached" });
      await where.getByRole("button", { name: /^Details of.*45\.00/ }).click();
      await approve.click();
      await where.locator(".annex-ended").waitFor();
    },
  });
  expect(await page.locator(".annex-ended").textContent()).not.toContain("what you typed");
  expect(await kept()).not.toContain("Settled");
});

test("who is not named is told that what he typed is not kept, and it is not", async () => {
  const scene = named("findings: session expired");
  await show(page, {
    ...scene,
    path: "/findings?finding=fnd_3",
    answers: { ...scene.answers, "/api/session": { body: unnamedSession } },
    prepare: (where) => where.getByLabel("Why it may stay").last().fill("Settled with the network"),
  });
  const said = await page.locator(".annex-ended").textContent();
  expect(said).toContain("The next launch opens this page again. What you typed is not kept");
  expect(await kept()).not.toContain("Settled");
});

test("a key that was typed and not sent leaves the page with its session", async () => {
  const key = page.getByLabel("Replace it with another key");
  await show(page, {
    ...named("settings: session expired"),
    prepare: (where) => where.getByLabel("Replace it with another key").fill("rk_live_typed"),
  });
  await page.locator(".annex-ended").waitFor();
  await expect.poll(() => key.inputValue()).toBe("");
  expect(await page.content()).not.toContain("rk_live_typed");
});

test("whether the key is removed is not asked of the next one", async () => {
  const scene = named("settings: key removed");
  await show(page, {
    ...scene,
    // What is removed with the findings is counted, long after the settings are there again.
    prepare: async (where) => {
      await where.getByLabel("Keep resolved findings").selectOption("90");
      await where.getByText("This removes").waitFor();
    },
    afterwards: { ...scene.afterwards, "/api/settings/findings/removal": "never" },
  });
  await page.route("**/portal/api/settings*", (route) => route.fulfill({ json: settings.entered }));
  await page.route("**/portal/api/settings/key", (route) => route.fulfill({ json: settings.entered }));
  await page.getByLabel("Restricted key").fill("rk_live_next");
  await page.getByRole("button", { name: "Check and save the key" }).click();
  await page.getByRole("button", { name: "Remove the key" }).waitFor();
  expect(await page.getByText("Remove the key?").count()).toBe(0);
});

test("a hundred letters in the field for an id change the address once", async () => {
  await show(page, { ...named("run: session expired"), act: () => Promise.resolve() });
  const changes = await page.evaluate(async () => {
    const field = document.querySelector<HTMLInputElement>('input[type="search"]');
    const write = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set;
    const { replaceState } = history;
    let count = 0;
    const changed = new Promise<void>((resolve) => {
      history.replaceState = (...given) => {
        count += 1;
        replaceState.apply(history, given);
        if (location.search.includes("id=")) resolve();
      };
    });
    for (let length = 1; length <= 100; length += 1) {
      write?.call(field, "c".repeat(length));
      field?.dispatchEvent(new Event("input", { bubbles: true }));
    }
    await changed;
    history.replaceState = replaceState;
    return count;
  });
  expect(changes).toBe(1);
  expect(new URL(page.url()).searchParams.get("id")).toBe("c".repeat(100));
});

test("each word about a finding keeps its own direction", async () => {
  const { reason = "" } = lives.acknowledged;
  const before = { at: "2026-11-24T08:00:00.000Z", reason };
  await show(page, {
    ...named("findings: session expired"),
    path: "/findings?finding=fnd_3",
    act: () => Promise.resolve(),
    answers: {
      ...named("findings: session expired").answers,
      "/api/findings": { body: { data: [{ ...lives.acknowledged, acknowledged_before: [before] }] } },
    },
  });
  expect(await page.locator(".stripe-finding bdi").allInnerTexts()).toEqual([reason, reason]);
});

/** What may stand beside what a page is about. */
const othersHang = { "/api/books": "never", "/api/overview": "never", "/api/jobs": "never" } as const;

function named(name: string): Scene {
  const scene = scenes.find((one) => one.name === name);
  if (scene === undefined) throw new Error(`There is no scene "${name}".`);
  return scene;
}

function kept(): Promise<string> {
  return page.evaluate(() => JSON.stringify(localStorage));
}

/** What the next launch opens, at the address that every launch has, is where the session ended. */
async function opensAgain({ path, answers, name }: Scene): Promise<void> {
  await show(page, { name, answers, path: "/" }, later);
  const { pathname, search } = new URL(page.url());
  expect(`${pathname}${search}`).toBe(path === "/" ? "/portal" : `/portal${path}`);
}

/** Each width once, in the scheme of its own look. */
function looksOf(own: Look | undefined): readonly Look[] {
  return everyLook.filter(({ scheme }) => scheme === own?.scheme);
}

/** What is wider than its place, by its class. */
function juttingOut(): Promise<readonly string[]> {
  return page.evaluate(() => {
    const { documentElement: root } = document;
    const tables = [...document.querySelectorAll(".annex-table")];
    return [root, ...tables]
      .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
      .map(({ tagName, scrollWidth, clientWidth }) => `${tagName}, by ${scrollWidth - clientWidth} px`);
  });
}

async function photograph({ name }: Scene, { size, scheme }: Look, folder: string): Promise<void> {
  const file = `${name.replaceAll(/[^a-z0-9]+/gi, "-")}-${size.width}-${scheme}.png`;
  await page.screenshot({ path: join(folder, file), fullPage: true });
}
