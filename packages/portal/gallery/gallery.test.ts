/**
 * The gallery, looked at in a real Chromium at each width and in both schemes: no part is wider than its window, axe
 * finds nothing, every part that is exported is there, and each picture is kept in `gallery/dist/photos` for whoever
 * wants to look. Pictures are not compared: fonts differ from machine to machine.
 */
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import type { Tone } from "@annex/ui";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findAccessibilityProblems } from "../../../tests/support/accessibility.ts";
import { launchBrowser, openPage } from "../../../tests/support/browser.ts";
import { statusLabels } from "../src/jobs/status.ts";

const here = import.meta.dirname;
const built = join(here, "dist");
const photos = join(built, "photos");
const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
};
const widths = [412, 900, 1600];
/** Each tone there is: another one does not compile without a word here. */
const tones: Readonly<Record<Tone, true>> = {
  info: true,
  success: true,
  warning: true,
  danger: true,
  neutral: true,
};

let server: Server;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  await build({
    root: here,
    configFile: false,
    base: "./",
    logLevel: "error",
    build: { minify: false },
    // As in an app's page; what runs the tests says "test", which takes React's slow half along.
    define: { "process.env.NODE_ENV": '"production"' },
    oxc: { jsx: { development: false } },
  });
  mkdirSync(photos, { recursive: true });
  server = createServer((request, response) => {
    const path = request.url === "/" ? "/index.html" : (request.url ?? "");
    response.setHeader("content-type", types[extname(path)] ?? "text/plain");
    response.end(readFileSync(join(built, path)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  browser = await launchBrowser();
  page = await openPage(browser, { viewport: { width: 412, height: 780 } });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  server?.close();
});

test("every part that is exported is in the gallery", () => {
  const sources = readdirSync(join(here, "src"))
    .filter((name) => name.endsWith(".tsx"))
    .map((name) => readFileSync(join(here, "src", name), "utf8"))
    .join("\n");
  const parts = ["../src/index.ts", "../../ui/src/index.ts"].flatMap((index) =>
    partsIn(readFileSync(join(here, index), "utf8")),
  );
  expect(parts.length).toBeGreaterThan(40);
  expect(parts.filter((part) => !sources.includes(`<${part}`))).toEqual([]);
});

test("every part is there in every state that it can be in", { timeout: 60_000 }, async () => {
  await page.goto(address());
  await page.getByRole("heading", { level: 1, name: "Gallery" }).waitFor();
  const shown = async (part: string) =>
    new Set(await page.locator(part).evaluateAll((all) => all.map((one) => one.getAttribute("data-tone"))));
  for (const part of [".annex-badge", ".annex-notice", ".annex-sign"])
    expect([part, [...(await shown(part))].sort()]).toEqual([part, Object.keys(tones).sort()]);
  const badges = await page
    .locator('[data-piece="RunStatusBadge, RunCause, Elapsed"] .annex-badge')
    .allTextContents();
  for (const word of [...Object.values(statusLabels), "Waiting", "Failed: "])
    expect(badges.filter((badge) => badge.startsWith(word))).not.toEqual([]);
  // Each part that asks the app's server is shown with an answer, without one yet, and refused.
  const pieces = await page
    .locator("[data-piece]")
    .evaluateAll((all) => all.map((one) => one.getAttribute("data-piece") ?? ""));
  for (const part of ["RunsPage", "RunPage"])
    for (const state of [/loading/, /away|not there/])
      expect(pieces.filter((piece) => piece.startsWith(`${part}:`) && state.test(piece))).not.toEqual([]);
});

test("at each width and in both schemes every part fits, and axe finds nothing", {
  timeout: 120_000,
}, async () => {
  const problems: string[] = [];
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  await page.goto(address());
  await page.getByRole("heading", { level: 1, name: "Gallery" }).waitFor();
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      const where = `${width} ${colorScheme}`;
      await fits(page);
      problems.push(...(await tooWide(page)).map((piece) => `${where}: ${piece} is wider than its window`));
      const path = join(photos, `${width}-${colorScheme}.jpg`);
      // Without loss it takes several times as long: they are as high as fifty windows.
      await page.screenshot({ path, fullPage: true, quality: 85 });
      // What axe looks at changes with the scheme, and between cards and columns.
      if (width === 900) continue;
      problems.push(...(await findAccessibilityProblems(page)).map((problem) => `${where}: ${problem}`));
    }
  }
  expect(problems).toEqual([]);
  expect(faults).toEqual([]);
  expect(readdirSync(photos)).toHaveLength(6);
});

function address(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Components by their names: what is exported as a value and begins with a capital, but for icons and classes. */
function partsIn(index: string): readonly string[] {
  const names = [...index.matchAll(/export \{([^}]*)\} from "\.[^"]*\.tsx"/g)].flatMap(([, list = ""]) =>
    list.split(",").map((name) => name.trim()),
  );
  return names.filter((name) => /^[A-Z][A-Za-z]+$/.test(name) && name !== "PortalProvider");
}

/** Tables become cards when they have heard of the new width. What never fits is named by what is asked next. */
async function fits(where: Page): Promise<void> {
  const settled = () => document.documentElement.scrollWidth <= document.documentElement.clientWidth;
  await where.waitForFunction(settled, undefined, { timeout: 10_000 }).catch(() => undefined);
}

/** Pieces whose content reaches beyond them, where it does not scroll by itself. */
function tooWide(where: Page): Promise<readonly string[]> {
  return where.evaluate(() => {
    const limit = document.documentElement.clientWidth;
    const pieces = [...document.querySelectorAll<HTMLElement>("[data-piece]")];
    const wide = pieces.filter((piece) => piece.scrollWidth > piece.clientWidth + 1);
    const page = document.documentElement.scrollWidth > limit ? ["the page"] : [];
    return [...page, ...wide.map((piece) => piece.dataset["piece"] ?? "")];
  });
}
