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
import { later, type Scene, scenes } from "./scenes/scenes.ts";
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
  const scene = scenes.find(({ name }) => name === "findings: session expired");
  if (scene === undefined) throw new Error("There is no such scene.");
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
