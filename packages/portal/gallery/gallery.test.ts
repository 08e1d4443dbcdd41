/**
 * The gallery, looked at in a real Chromium at each width and in both schemes: no part is wider than its window, axe
 * finds nothing, every part that is exported is there, and pictures are kept in `gallery/dist/photos` for whoever wants
 * to look. Pictures are not compared: fonts differ from machine to machine.
 */
import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
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
import { type State, stateName, statesOf } from "./src/states.ts";

const here = import.meta.dirname;
const built = join(here, "dist");
const photos = join(built, "photos");
const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
};
const widths = [412, 900, 1600];
const pictureHeight = 16_000;
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
/** What the page has thrown. */
const faults: string[] = [];

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
  page.on("pageerror", (error) => faults.push(error.message));
  // Once for all tests: it is the longest page there is.
  await page.goto(address(), { timeout: 60_000 });
  await page.getByRole("heading", { level: 1, name: "Gallery" }).waitFor({ timeout: 60_000 });
}, 180_000);

afterAll(async () => {
  await browser?.close();
  server?.close();
});

test("every part that is exported is in the gallery", () => {
  const sources = readdirSync(join(here, "src"))
    .filter((name) => name.endsWith(".tsx"))
    .map((name) => readFileSync(join(here, "src", name), "utf8"))
    .join("\n");
  const parts = exportedParts();
  expect(parts.length).toBeGreaterThan(40);
  expect(parts.filter((part) => !sources.includes(`<${part}`))).toEqual([]);
});

/** What shows that a part is in a state; where there is much, or long words, it is that nothing is too wide. */
const evidence: Readonly<Partial<Record<State, string>>> = {
  loading: '.annex-loading, [data-loading="true"], [aria-disabled="true"]',
  error: '[role="alert"], .annex-notice',
  refused: '[aria-disabled="true"], .annex-notice, [data-code="missing_permission"]',
};

test("every exported part says which states it can be in: empty, loading, failed, refused, long words, much", () => {
  const parts = exportedParts();
  expect(parts.filter((part) => !(part in statesOf))).toEqual([]);
  expect(Object.keys(statesOf).filter((part) => !parts.includes(part))).toEqual([]);
});

test("… and is there in each of them", { timeout: 60_000 }, async () => {
  const wanted = Object.entries(statesOf).flatMap(([part, own]) =>
    own.map((state) => [stateName(part, state), evidence[state] ?? "*"] as const),
  );
  const missing = () =>
    page.evaluate((each) => {
      const pieceOf = (name: string) => document.querySelector(`[data-piece="${name}"]`);
      // What fails only once it is pressed; a part that has nothing to show is there by its place.
      const lacks = each.filter(([name, sign]) =>
        sign === "*" ? pieceOf(name) === null : pieceOf(name)?.querySelector(sign) == null,
      );
      for (const [name] of lacks.filter(([failed]) => failed.endsWith(", error")))
        pieceOf(name)?.querySelector<HTMLElement>(".mantine-Button-root")?.click();
      return lacks.map(([name]) => name);
    }, wanted);
  await expect.poll(missing, { timeout: 40_000 }).toEqual([]);
});

test("no part is shown in the same state by two pieces of its own", { timeout: 60_000 }, async () => {
  // Until all has come that comes by and by, two states of a part may look alike.
  await expect.poll(() => shownTwice(), { timeout: 40_000 }).toEqual([]);
});

/** The pieces that show what another piece of the same part shows too. */
async function shownTwice(): Promise<readonly string[]> {
  const pieces = await page.locator("[data-piece]").evaluateAll((all) => {
    const ofOnePiece = / (?:id|for|aria-(?:label|labelledby|describedby|controls)|data-row)="[^"]*"/g;
    const markup = (element: Element | null) => element?.innerHTML.replace(ofOnePiece, "") ?? "";
    return all.map((piece) => ({
      name: piece.getAttribute("data-piece") ?? "",
      state: markup(piece.querySelector(":scope > .gallery__state")),
      whole: markup(piece),
    }));
  });
  const partsOf = (name: string) => name.replace(/:.*/, "").split(", ");
  return pieces.flatMap(({ name, state }) =>
    pieces
      .filter((other) => other.name !== name && partsOf(other.name).includes(partsOf(name)[0] ?? ""))
      .filter(({ whole }) => state !== "" && whole.includes(state))
      .map((other) => `${name}: also in ${other.name}`),
  );
}

test("on a narrow page a row is a card: what never gives way first, and each amount with its currency", async () => {
  const table = page.locator('[data-piece="DataTable: rows, sorted, opened, selected"] .annex-table');
  const cells = await table
    .locator(".annex-row")
    .first()
    .locator("[data-label]")
    .evaluateAll((all) => all.map((cell) => cell.getAttribute("data-label")));
  expect([await table.getAttribute("data-layout"), cells]).toEqual([
    "cards",
    ["What", "Amount", "State", "Id"],
  ]);
  const currency = await table
    .locator(".annex-money--aligned")
    .first()
    .evaluate((amount) => getComputedStyle(amount, "::after").content);
  expect(currency).toBe('"EUR"');
});

test("every part is there in every tone and every status", { timeout: 60_000 }, async () => {
  const shown = async (part: string) =>
    new Set(await page.locator(part).evaluateAll((all) => all.map((one) => one.getAttribute("data-tone"))));
  for (const part of [".annex-badge", ".annex-notice", ".annex-sign"])
    expect([part, [...(await shown(part))].sort()]).toEqual([part, Object.keys(tones).sort()]);
  const badges = await page
    .locator('[data-piece="RunStatusBadge, RunCause, Elapsed"] .annex-badge')
    .allTextContents();
  for (const word of [...Object.values(statusLabels), "Waiting", "Failed: "])
    expect(badges.filter((badge) => badge.startsWith(word))).not.toEqual([]);
});

test("at each width and in both schemes every part fits, and axe finds nothing", {
  timeout: 240_000,
}, async () => {
  const problems: string[] = [];
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      const where = `${width} ${colorScheme}`;
      await fits(page);
      problems.push(...(await tooWide(page)).map((piece) => `${where}: ${piece} is wider than its window`));
      await photograph(`${width}-${colorScheme}`);
      // What axe looks at changes between cards and columns; another scheme can break nothing but contrast.
      if (width === 900) continue;
      const rules = colorScheme === "dark" ? ["color-contrast"] : undefined;
      problems.push(
        ...(await findAccessibilityProblems(page, rules)).map((problem) => `${where}: ${problem}`),
      );
    }
  }
  expect(problems).toEqual([]);
  expect(faults).toEqual([]);
  const empty = readdirSync(photos).filter((name) => statSync(join(photos, name)).size === 0);
  expect([readdirSync(photos).length >= 6, empty]).toEqual([true, []]);
});

function exportedParts(): readonly string[] {
  return ["../src/index.ts", "../../ui/src/index.ts"].flatMap((index) =>
    partsIn(readFileSync(join(here, index), "utf8")),
  );
}

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

/** The page as it is, from its head to its foot. A picture of more than 65,535 pixels would be an empty file. */
async function photograph(name: string): Promise<void> {
  const { width, height } = await page.evaluate(() => ({
    width: document.documentElement.clientWidth,
    height: document.documentElement.scrollHeight,
  }));
  for (let y = 0; y < height; y += pictureHeight) {
    const clip = { x: 0, y, width, height: Math.min(pictureHeight, height - y) };
    const path = join(photos, `${name}-${y / pictureHeight + 1}.jpg`);
    // Without loss it takes several times as long.
    await page.screenshot({ path, fullPage: true, clip, quality: 85 });
  }
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
